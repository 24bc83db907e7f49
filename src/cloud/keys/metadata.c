/* SPDX-License-Identifier: MIT */
/*
 * Keys of the ECS instance's role, from its metadata service at 100.100.100.200. Version 2
 * needs a session token; version 1 does not.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "cloud/keys/session.h"

#define HOST "100.100.100.200"
#define ROLES "/latest/meta-data/ram/security-credentials/"
#define TOKEN_PATH "/latest/api/token"
#define TOKEN_LIFE "X-aliyun-ecs-metadata-token-ttl-seconds: 21600"
#define TOKEN_HEADER "x-aliyun-ecs-metadata-token"
#define TIMEOUT_MS 1000
#define ROLE_MAX 64

/* Uses plain http, so no proxy, and a short time-out. */
static int metadata_ask(const struct provider_context *context, const char *method,
			const char *path, const char *header, struct http_response *response,
			struct http_failure *failure, struct scanreq_error *err)
{
	struct strv headers = { 0 };
	struct url url CLEANUP_URL = { .port = 80 };
	struct http_request request = {
		.method = method,
		.url = &url,
		.headers = &headers,
		.no_proxy = true,
		.timeout_ms = TIMEOUT_MS,
	};
	int failed = 0;

	if (str_copy(&url.host, HOST) || str_copy(&url.path, path) ||
	    (header && strv_add(&headers, header)) || strv_add(&headers, "Content-Type:"))
		failed = error_nomem(err);
	if (!failed)
		failed = session_fetch(context, &request, response, failure, err);
	strv_wipe(&headers);
	return failed;
}

/* Trims the text; true if the rest is one word of printable ASCII, at most `max` long. */
static bool take_word(struct buf *text, size_t max)
{
	size_t start = strspn(buf_str(text), " \t\r\n");
	size_t len = strcspn(buf_str(text) + start, " \t\r\n");

	if (len == 0 || len > max ||
	    text->len != start + len + strspn(buf_str(text) + start + len, " \t\r\n"))
		return false;
	memmove(text->data, text->data + start, len);
	text->data[len] = '\0';
	text->len = len;
	for (size_t i = 0; i < len; i++)
		if (text->data[i] <= ' ' || text->data[i] > '~')
			return false;
	return true;
}

/* RAM role names have letters, digits, "." and "-"; some of the service's have "_". */
static bool valid_role(const char *role)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	return *role && strlen(role) <= ROLE_MAX && role[strspn(role, allowed)] == '\0' &&
	       role[strspn(role, ".")] != '\0';
}

/* One search for the keys of a role. */
struct metadata {
	const struct provider_context *context;
	struct buf header; /* with the token of version 2; empty: version 1 */
	bool answered;     /* the service exists, so later failures are its own */
};

static void metadata_free(struct metadata *m)
{
	buf_free(&m->header);
}

static bool version_1_is_off(void)
{
	return provider_switch("ALIBABA_CLOUD_IMDSV1_DISABLED");
}

static int metadata_get_once(struct metadata *m, const char *path,
			     struct http_response *response, struct scanreq_error *err)
{
	const char *header = m->header.len > 0 ? buf_str(&m->header) : NULL;
	int failed = metadata_ask(m->context, "GET", path, header, response, NULL, err);

	m->answered |= !failed;
	return failed;
}

/* Falls back to version 1, as the SDKs do, unless that is switched off. */
static int metadata_get(struct metadata *m, const char *path, struct http_response *response,
			struct scanreq_error *err)
{
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	int failed = metadata_get_once(m, path, response, &own);

	if (failed == SCANREQ_E_CANCELLED || failed == SCANREQ_E_NOMEM ||
	    (!failed && response->status == 200) || m->header.len == 0 || version_1_is_off()) {
		if (failed)
			*err = own;
		return failed;
	}
	buf_clear(&m->header);
	return metadata_get_once(m, path, response, err);
}

/*
 * Gets a token of version 2 for the header; leaves that empty if version 1 may be used. Fails
 * at once without a connection.
 */
static int find_token(struct metadata *m, struct scanreq_error *err)
{
	const struct provider_context *context = m->context;
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct http_failure failure = { .sent = true };
	int failed =
		metadata_ask(context, "PUT", TOKEN_PATH, TOKEN_LIFE, &response, &failure, err);

	m->answered |= !failed;
	if (failed == SCANREQ_E_NOMEM || (failed && !failure.sent))
		return failed;
	if (!failed && response.status == 200 && take_word(&response.body, LIMIT_LINE)) {
		if (context->log && log_secret(context->log, response.body.data))
			return error_nomem(err);
		buf_addf(&m->header, TOKEN_HEADER ": %s", response.body.data);
		return buf_check(&m->header, "the token of the metadata service", err);
	}
	if (!version_1_is_off())
		return 0;
	if (failed)
		return failed;
	return error_set(err, session_status_code(response.status),
			 "the metadata service gives no token of version 2 (HTTP %d), and "
			 "version 1 is off",
			 response.status);
}

static int find_role(struct metadata *m, struct buf *role, struct scanreq_error *err)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	int failed = metadata_get(m, ROLES, &response, err);

	if (failed)
		return failed;
	if (response.status == 404)
		return error_set(err, SCANREQ_CODE_PROVIDER_OFF, "this instance has no role");
	if (response.status != 200)
		return error_set(err, session_status_code(response.status),
				 "the metadata service answers HTTP %d when asked for the role",
				 response.status);
	if (!take_word(&response.body, ROLE_MAX) || !valid_role(response.body.data))
		return error_set(err, SCANREQ_CODE_PROVIDER_ANSWER_INVALID,
				 "the metadata service names no valid role");
	buf_puts(role, response.body.data);
	return buf_check(role, NULL, err);
}

static int find_keys(struct metadata *m, const char *role, struct credentials *credentials,
		     struct scanreq_error *err)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	char path[sizeof(ROLES) + ROLE_MAX];
	char from[sizeof("the metadata service (role )") + ROLE_MAX];
	int failed;

	snprintf(path, sizeof(path), ROLES "%s", role);
	snprintf(from, sizeof(from), "the metadata service (role %s)", role);
	failed = metadata_get(m, path, &response, err);
	if (failed)
		return failed;
	if (response.status != 200)
		return error_set(err, session_status_code(response.status),
				 "the metadata service answers HTTP %d when asked for the keys "
				 "of role %s",
				 response.status, role);
	return session_read_text(&response.body, true, from, credentials, err);
}

static int metadata_search(struct metadata *m, const char *role, struct credentials *credentials,
			   struct scanreq_error *err)
{
	struct buf found CLEANUP_BUF = BUF_INIT(ROLE_MAX);
	int failed;

	if (role && !valid_role(role))
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID,
				 "the name of the instance's role is malformed");
	failed = session_allowed(m->context, err);
	if (!failed)
		failed = find_token(m, err);
	if (!failed && !role)
		failed = find_role(m, &found, err);
	return failed ? failed
		      : find_keys(m, role ? role : buf_str(&found), credentials, err);
}

int metadata_find(const struct provider_context *context, const char *role,
		  struct credentials *credentials, struct scanreq_error *err)
{
	struct metadata m CLEANUP(metadata_free) = {
		.context = context, .header = BUF_SECRET_INIT(2 * LIMIT_LINE),
	};

	return metadata_search(&m, role, credentials, err);
}

int provider_metadata(const struct provider_context *context, struct provided *provided,
		      struct scanreq_error *err)
{
	struct metadata m CLEANUP(metadata_free) = {
		.context = context, .header = BUF_SECRET_INIT(2 * LIMIT_LINE),
	};
	const char *role = env_value("ALIBABA_CLOUD_ECS_METADATA");
	int failed;

	if (provider_switch("ALIBABA_CLOUD_ECS_METADATA_DISABLED"))
		return error_set(err, SCANREQ_CODE_PROVIDER_OFF,
				 "off by ALIBABA_CLOUD_ECS_METADATA_DISABLED");
	failed = metadata_search(&m, role, &provided->credentials, err);
	/* Most machines are no ECS instance: it is configured only if a role is named. */
	if (failed == SCANREQ_E_UNAVAILABLE && !role && !m.answered)
		return error_set(err, SCANREQ_CODE_PROVIDER_OFF, "no answer from " HOST);
	return failed;
}
