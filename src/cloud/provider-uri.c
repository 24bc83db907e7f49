/* SPDX-License-Identifier: MIT */
/* Keys that a server gives to whoever asks: a process beside this one, or a vault. */
#include "base/error.h"
#include "cloud/session.h"

#define TIMEOUT_MS 10000

/* Who can read a request over plain http can read the keys in its answer. */
static int parse(const char *uri, struct url *url, struct scanreq_error *err)
{
	int failed = url_parse(uri, NULL, url, err);

	if (failed)
		return failed == SCANREQ_E_NOMEM
			       ? failed
			       : error_prefix(err, failed, "the credentials URI is");
	if (url->https || host_is_loopback(url->host))
		return 0;
	return error_set(err, SCANREQ_E_UNREADABLE,
			 "the credentials URI would fetch keys from %s without encryption: http "
			 "is for loopback alone, use https", url->host);
}

int uri_find(const struct provider_context *context, const char *uri, bool need_code,
	     struct credentials *credentials, struct scanreq_error *err)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct url url CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;
	struct http_request request = {
		.method = "GET", .url = &url, .exact_path = true, .timeout_ms = TIMEOUT_MS,
	};
	int failed = parse(uri, &url, err);

	if (!failed)
		failed = session_allowed(context, err);
	if (failed)
		return failed;
	host = url_host_port(&url);
	if (!host)
		return error_nomem(err);
	failed = session_fetch(context, &request, &response, NULL, err);
	if (failed)
		return failed;
	if (response.status != 200)
		return error_set(err, session_status_class(response.status),
				 "%s answers HTTP %d", host, response.status);
	failed = session_read_text(&response.body, need_code, "the credentials URI", credentials,
				   err);
	return failed ? error_prefix(err, failed, "%s", host) : 0;
}

int provider_uri(const struct provider_context *context, struct provided *provided,
		 struct scanreq_error *err)
{
	static const char name[] = "ALIBABA_CLOUD_CREDENTIALS_URI";
	const char *uri = env_value(name);

	if (!uri)
		return error_set(err, SCANREQ_E_NOT_FOUND, "no %s", name);
	return uri_find(context, uri, false, &provided->credentials, err);
}
