/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "net/http-failure.h"

enum phase { RESOLVING, PROXYING, CONNECTING, SECURING, WAITING, READING };

static const struct {
	const char *what;
	const char *advice;
} phases[] = {
	[RESOLVING] = { "cannot resolve the name of", "check the name and the network" },
	[PROXYING] = { "the proxy gives no way to", "check HTTPS_PROXY and NO_PROXY" },
	[CONNECTING] = { "cannot connect to", "check host and port, and firewall or proxy" },
	[SECURING] = { "no TLS connection with", "a registry without TLS needs --plain-http" },
	[WAITING] = { "waiting for the answer of", "try again" },
	[READING] = { "reading the answer of", "try again" },
};

static bool passed(const struct curl_failure *f, CURLINFO time)
{
	curl_off_t microseconds = 0;

	return curl_easy_getinfo(f->easy, time, &microseconds) == CURLE_OK && microseconds > 0;
}

/* Whether a proxy said no to the CONNECT, or is none. */
static bool refused_by_proxy(const struct curl_failure *f)
{
	long status = 0;

	curl_easy_getinfo(f->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return status >= 300 || f->code == CURLE_COULDNT_RESOLVE_PROXY || f->code == CURLE_PROXY;
}

/* By the code where it is clear, else (a time-out) by what was reached. */
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

/* OpenSSL's words when both sides speak TLS, and no version in common. */
static bool too_old(const struct curl_failure *f)
{
	return strstr(f->detail, "alert protocol version") ||
	       strstr(f->detail, "unsupported protocol");
}

static int set(const struct curl_failure *f, enum phase phase, const char *reason,
	       struct scanreq_error *err)
{
	const char *advice = phases[phase].advice;

	if (phase == SECURING && too_old(f))
		advice = "at least TLS 1.2 is needed";
	return error_set(err, SCANREQ_E_UNAVAILABLE, "%s %s: %s; %s", phases[phase].what,
			 f->host, reason, advice);
}

static int unavailable(const struct curl_failure *f, struct scanreq_error *err)
{
	enum phase phase = find_phase(f);
	const char *reason = find_reason(f);
	long number = 0;
	char text[128];

	curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &number);
	if (phase != CONNECTING || number <= 0)
		return set(f, phase, reason, err);
	if (err)
		err->sys_errno = (int)number;
	/* libcurl's own text is of use only where it names another host: a proxy. */
	if (strstr(f->detail, f->url->host) || !f->detail[0])
		reason = strerror_r((int)number, text, sizeof(text));
	return set(f, phase, reason, err);
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

int http_failure_set(const struct curl_failure *failure, struct scanreq_error *err)
{
	const char *host = failure->host;

	switch (failure->code) {
	case CURLE_OUT_OF_MEMORY:
		return error_nomem(err);
	case CURLE_PEER_FAILED_VERIFICATION:
		return error_set(err, SCANREQ_E_UNAVAILABLE,
				 "the certificate of %s is not trusted: %s; name the"
				 " authority that issued it with --ca-file", host,
				 failure->detail);
	case CURLE_SSL_CERTPROBLEM:
		return error_set(err, SCANREQ_E_USAGE,
				 "the client certificate for %s cannot be used: %s; check that"
				 " certificate and key belong together", host,
				 failure->detail);
	case CURLE_SSL_CACERT_BADFILE:
		return error_set(err, SCANREQ_E_USAGE,
				 "the authorities for %s cannot be read: %s; check"
				 " --ca-file and SSL_CERT_FILE", host, failure->detail);
	default:
		return unavailable(failure, err);
	}
}
