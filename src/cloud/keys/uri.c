/* SPDX-License-Identifier: MIT */
/* Keys from a server at a secret URI: a local process, or a vault. */
#include "base/error.h"
#include "cloud/keys/session.h"

#define TIMEOUT_MS 10000

/* Over plain http, others on the network could read the keys. */
static int keys_uri_parse(const char *uri, struct url *url, struct scanreq_error *err)
{
	int failed = url_parse(uri, NULL, url, err);

	if (failed)
		return failed == SCANREQ_E_NOMEM
			       ? failed
			       : error_prefix(err, failed, "the credentials URI is");
	if (url->https || host_is_loopback(url->host))
		return 0;
	return error_set(err, SCANREQ_CODE_PROFILE_INVALID,
			 "the credentials URI would fetch keys from %s without encryption: http "
			 "is for loopback alone, use https", url->host);
}

int uri_find(const struct provider_context *context, const char *uri, bool need_code,
	     struct credentials *credentials, struct scanreq_error *err)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct url url CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;
	/* Anybody who knows the URI gets the keys, so its path is secret. */
	struct http_request request = {
		.url = &url, .exact_path = true, .secret_path = true, .timeout_ms = TIMEOUT_MS,
	};
	int failed = keys_uri_parse(uri, &url, err);

	if (!failed)
		failed = session_allowed(context, err);
	if (failed)
		return failed;
	host = url_host_port(&url);
	if (!host)
		return error_nomem(err);
	failed = session_get(context, &request, &response, err);
	if (failed)
		return failed;
	if (response.status != 200)
		return error_set(err, session_status_code(response.status),
				 "%s answers HTTP %d", host, response.status);
	failed = session_read_text(&response.body, need_code, "the credentials URI", credentials,
				   err);
	return failed ? error_prefix(err, failed, "%s", host) : 0;
}

/* As in the SDK, keys must be temporary and have an end. */
static int check_session(struct credentials *credentials, struct scanreq_error *err)
{
	bool token = credentials->security_token;

	if (token && credentials->expires_ms > 0)
		return 0;
	credentials_free(credentials);
	return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
			 "the answer of the credentials URI has no %s",
			 token ? "Expiration" : "SecurityToken");
}

int provider_uri(const struct provider_context *context, struct provided *provided,
		 struct scanreq_error *err)
{
	static const char name[] = "ALIBABA_CLOUD_CREDENTIALS_URI";
	const char *uri = env_value(name);
	int failed;

	if (!uri)
		return error_set(err, SCANREQ_CODE_PROVIDER_OFF, "no %s", name);
	failed = uri_find(context, uri, false, &provided->credentials, err);
	return failed ? failed : check_session(&provided->credentials, err);
}
