/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "net/http-failure.h"

enum phase { RESOLVING, PROXYING, CONNECTING, SECURING, WAITING, READING };

static const struct {
	int code;
	const char *what;
	const char *advice;
} phases[] = {
	[RESOLVING] = { SCANREQ_CODE_NAME_UNRESOLVED, "cannot resolve the name of",
			"check the name and the network" },
	[PROXYING] = { SCANREQ_CODE_PROXY_FAILED, "the proxy refuses a connection to", NULL },
	[CONNECTING] = { SCANREQ_CODE_CONNECT_FAILED, "cannot connect to",
			 "check host and port, and firewall or proxy" },
	[SECURING] = { SCANREQ_CODE_TLS_FAILED, "no TLS connection with",
		       "set plain-http if the host is a registry without TLS" },
	[WAITING] = { SCANREQ_CODE_NO_ANSWER, "waiting for the answer of", "try again" },
	[READING] = { SCANREQ_CODE_ANSWER_CUT_OFF, "reading the answer of", "try again" },
};

static bool passed(const struct curl_failure *f, CURLINFO time)
{
	curl_off_t microseconds = 0;

	return curl_easy_getinfo(f->easy, time, &microseconds) == CURLE_OK && microseconds > 0;
}

/* Returns whether the proxy refused CONNECT, did not answer or is no proxy. */
static bool refused_by_proxy(const struct curl_failure *f)
{
	long status = 0;

	if (!f->proxy->url)
		return false;
	curl_easy_getinfo(f->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	switch (f->code) {
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
		return status >= 300;
	default:
		/* After it agreed, TLS with the host behind it fails. */
		return status < 200 || status >= 300;
	}
}

/* Finds the phase by the code; for a time-out, by the times of completed phases. */
static enum phase find_phase(const struct curl_failure *f)
{
	if (f->answered)
		return READING;
	if (f->started)
		return WAITING;
	if (refused_by_proxy(f))
		return PROXYING;
	switch (f->code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return RESOLVING;
	case CURLE_COULDNT_CONNECT:
		return CONNECTING;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
		return SECURING;
	default:
		if (passed(f, CURLINFO_CONNECT_TIME_T))
			return SECURING;
		return passed(f, CURLINFO_NAMELOOKUP_TIME_T) ? CONNECTING : RESOLVING;
	}
}

static const char *find_reason(const struct curl_failure *f)
{
	if (f->code == CURLE_OK)
		return "it ended in its head";
	if (f->code == CURLE_SEND_FAIL_REWIND)
		return "the connection was closed instead";
	return f->detail[0] ? f->detail : curl_easy_strerror(f->code);
}

/* OpenSSL's messages if the peers have no TLS version in common. */
static bool too_old(const struct curl_failure *f)
{
	return strstr(f->detail, "alert protocol version") ||
	       strstr(f->detail, "unsupported protocol");
}

static int http_failure_fill(const struct curl_failure *f, enum phase phase, const char *reason,
			     struct scanreq_error *err)
{
	const char *advice = phases[phase].advice;
	int failed;

	if (phase == PROXYING)
		return error_set(err, phases[phase].code,
				 "%s %s: %s; check %s, which names the proxy, and %s",
				 phases[phase].what, f->host, reason, f->proxy->variable,
				 f->proxy->except);
	if (phase == SECURING && too_old(f))
		advice = "at least TLS 1.2 is needed";
	failed = error_set(err, phases[phase].code, "%s %s: %s; %s", phases[phase].what, f->host,
			   reason, advice);
	return phase == SECURING && !too_old(f) ? error_about(failed, "plain-http", err) : failed;
}

static int unavailable(const struct curl_failure *f, struct scanreq_error *err)
{
	enum phase phase = find_phase(f);
	const char *reason = find_reason(f);
	long number = 0;
	char text[128];

	curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &number);
	if (phase != CONNECTING || number <= 0)
		return http_failure_fill(f, phase, reason, err);
	if (err)
		err->sys_errno = (int)number;
	reason = strerror_r((int)number, text, sizeof(text));
	return http_failure_fill(f, phase, reason, err);
}

bool http_failure_temporary(CURLcode code)
{
	switch (code) {
	case CURLE_OK: /* the answer ended in its head */
	case CURLE_COULDNT_CONNECT:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_SSL_CONNECT_ERROR:
		return true;
	default:
		return false;
	}
}

/* OpenSSL reports the signature of another authority of the same name as bad ASN.1. */
static bool has_wrong_signature(const struct curl_failure *f)
{
	return f->code == CURLE_SSL_CONNECT_ERROR && strstr(f->detail, "asn1 encoding routines");
}

bool http_failure_foreign(const struct curl_failure *f)
{
	if (f->answered)
		return false;
	switch (f->code) {
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_UNSUPPORTED_PROTOCOL: /* bytes without a status line: HTTP/0.9 */
	case CURLE_WEIRD_SERVER_REPLY:
		return !f->url->https;
	case CURLE_OPERATION_TIMEDOUT: /* the server waits for the rest of a line */
		return f->url->https && !f->started;
	case CURLE_SSL_CONNECT_ERROR:
		/* A peer that sends an alert or a certificate speaks TLS. */
		return !strstr(f->detail, "alert") && !too_old(f) && !has_wrong_signature(f);
	default:
		return false;
	}
}

/* Advice by the messages of OpenSSL and libcurl; NULL if the issuer is not trusted. */
static const char *find_certificate_advice(const struct curl_failure *f)
{
	static const struct {
		const char *words, *advice;
	} reasons[] = {
		{ "certificate subject name", "ask the host by a name that its certificate holds" },
		{ "expired", "it must be renewed; check the clock of this machine, too" },
		{ "not yet valid", "check the clock of this machine" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(reasons); i++)
		if (strcasestr(f->detail, reasons[i].words))
			return reasons[i].advice;
	return NULL;
}

static int untrusted(const struct curl_failure *f, struct scanreq_error *err)
{
	const char *advice = find_certificate_advice(f);

	if (advice)
		/* More authorities would not help: no setting is concerned. */
		return error_about(error_set(err, SCANREQ_CODE_CERTIFICATE_UNTRUSTED,
					     "the certificate of %s is not trusted: %s; %s",
					     f->host, f->detail, advice),
				   "", err);
	if (f->ca_file)
		return error_set(err, SCANREQ_CODE_CERTIFICATE_UNTRUSTED,
				 "the certificate of %s is not trusted: %s; neither the system's"
				 " authorities nor those of ca-file %s issued it",
				 f->host, f->detail, f->ca_file);
	return error_set(err, SCANREQ_CODE_CERTIFICATE_UNTRUSTED,
			 "the certificate of %s is not trusted: %s; name the authority that issued"
			 " it with ca-file", f->host, f->detail);
}

int http_failure_set(const struct curl_failure *failure, struct scanreq_error *err)
{
	const char *host = failure->host;

	if (has_wrong_signature(failure))
		return untrusted(failure, err);
	switch (failure->code) {
	case CURLE_OUT_OF_MEMORY:
		return error_nomem(err);
	case CURLE_PEER_FAILED_VERIFICATION:
		return untrusted(failure, err);
	case CURLE_SSL_CERTPROBLEM:
		return error_set(err, SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID,
				 "the client certificate for %s cannot be used: %s; check that"
				 " certificate and key belong together", host,
				 failure->detail);
	case CURLE_SSL_CACERT_BADFILE:
		return error_set(err, SCANREQ_CODE_AUTHORITIES_UNREADABLE,
				 "the authorities for %s cannot be read: %s; check"
				 " SSL_CERT_FILE and ca-file", host, failure->detail);
	default:
		return unavailable(failure, err);
	}
}
