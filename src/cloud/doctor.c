/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cloud/doctor.h"
#include "cloud/endpoint.h"
#include "net/retry.h"

/* The service takes dates up to 15 minutes off; a minute is worth a word. */
#define SKEW_WORTH_A_WORD_MS 60000
#define SKEW_TOO_MUCH_MS 900000

__attribute__((format(printf, 4, 5))) static void tell(const struct doctor *d,
						       enum scanreq_check check,
						       const char *subject,
						       const char *format, ...)
{
	char raw[LIMIT_LINE], line[2 * LIMIT_LINE];
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	log_mask_fixed(d->context->log, raw, sizeof(raw));
	text_escape(line, sizeof(line), raw, strlen(raw));
	d->fn(d->arg, check, subject, line);
}

static void tell_failure(struct doctor *d, const char *subject, const struct scanreq_error *err)
{
	if (!d->failed)
		d->failed = err->klass;
	tell(d, SCANREQ_CHECK_FAILURE, subject, "%s", err->message);
}

/* --- the checks -------------------------------------------------------------------- */

static void check_credentials(struct doctor *d)
{
	struct credentials keys CLEANUP_CREDENTIALS = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char id[CREDENTIALS_SHOWN_SIZE], until[TIME_TEXT_SIZE] = "";

	if (credential_chain_get(d->context->chain, false, &keys, &err)) {
		tell_failure(d, "credentials", &err);
		return;
	}
	credentials_shown_id(keys.key_id, id);
	if (keys.expires_ms > 0)
		time_format(keys.expires_ms, until);
	tell(d, SCANREQ_CHECK_OK, "credentials", "%s key %s, from %s%s%s",
	     keys.security_token ? "temporary" : "long-lived", id, keys.from,
	     *until ? ", until " : "", until);
}

static int check_endpoint(struct doctor *d, struct url *url, char **host)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = submit_endpoint(d->context, url, &err);

	if (failed) {
		tell_failure(d, "endpoint", &err);
		return failed;
	}
	*host = url_host_port(url);
	if (!*host) {
		failed = error_nomem(&err);
		tell_failure(d, "endpoint", &err);
		return failed;
	}
	tell(d, SCANREQ_CHECK_OK, "endpoint", "%s://%s", url->https ? "https" : "http", *host);
	return 0;
}

/* Any answer will do: what is asked for is whether there is one, and its Date. */
static int ask(const struct doctor *d, const struct url *url, struct http_response *response,
	       struct scanreq_error *err)
{
	const struct http_request request = {
		.method = "GET",
		.url = url,
		.max_body = LIMIT_API_ANSWER,
	};

	return retry_get(d->context->transport, d->context->log, &request, response, err);
}

static void check_clock(struct doctor *d, const char *host, const struct http_response *response)
{
	int64_t skew_ms;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	long long seconds;
	const char *side;

	if (!service_clock_skew(response, &skew_ms)) {
		tell(d, SCANREQ_CHECK_WARNING, "clock",
		     "%s does not say its time, so that the clock could not be compared", host);
		return;
	}
	seconds = (long long)(skew_ms < 0 ? -skew_ms : skew_ms) / 1000;
	side = skew_ms < 0 ? "ahead of" : "behind";
	if (seconds * 1000 <= SKEW_WORTH_A_WORD_MS) {
		tell(d, SCANREQ_CHECK_OK, "clock", "within a minute of that of %s", host);
	} else if (seconds * 1000 <= SKEW_TOO_MUCH_MS) {
		tell(d, SCANREQ_CHECK_WARNING, "clock",
		     "%lld s %s that of %s, which takes 15 minutes at the most: set it", seconds,
		     side, host);
	} else {
		error_set(&err, SCANREQ_E_USAGE,
			  "%lld s %s that of %s, which takes 15 minutes at the most: set it",
			  seconds, side, host);
		tell_failure(d, "clock", &err);
	}
}

static void check_service(struct doctor *d, const struct url *url, const char *host)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (ask(d, url, &response, &err)) {
		tell_failure(d, "connection", &err);
		return;
	}
	tell(d, SCANREQ_CHECK_OK, "connection", "%s answers%s", host,
	     url->https ? ", and its certificate is trusted" : " in http, which nothing protects");
	check_clock(d, host, &response);
}

int doctor_run(struct doctor *doctor)
{
	struct url url CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;

	check_credentials(doctor);
	if (!check_endpoint(doctor, &url, &host))
		check_service(doctor, &url, host);
	return doctor->failed;
}
