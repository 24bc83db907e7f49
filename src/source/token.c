/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "source/realm.h"
#include "source/token.h"

#define MS_PER_SECOND 1000
/* spec/auth/token.md: without "expires_in" it is 60 seconds, and never less. */
#define SHORTEST_LIFETIME 60
#define LONGEST_LIFETIME (24 * 60 * 60)
/* Given up this long before the end, for clocks and the way. */
#define SLACK_MS (5 * MS_PER_SECOND)

static int keep_secret(struct log *log, const char *secret, struct scanreq_error *err)
{
	return log && log_secret(log, secret) ? error_nomem(err) : 0;
}

int basic_authorization(const struct credential *credential, struct log *log,
			struct buf *authorization, struct scanreq_error *err)
{
	struct buf pair CLEANUP_BUF = BUF_SECRET_INIT(2 * LIMIT_SECRET_FILE);
	struct buf encoded CLEANUP_BUF = BUF_SECRET_INIT(3 * LIMIT_SECRET_FILE);
	int failed;

	if (strchr(credential->username, ':'))
		return error_set(err, SCANREQ_E_USAGE,
				 "the user name from %s has a colon, which Basic cannot carry",
				 credential->from);
	buf_addf(&pair, "%s:%s", credential->username, credential->password);
	base64_encode(&encoded, buf_str(&pair), pair.len);
	buf_addf(authorization, "Basic %s", buf_str(&encoded));
	failed = pair.failed ? pair.failed : encoded.failed;
	if (!failed)
		failed = authorization->failed;
	if (failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_E_USAGE, "the login from %s is too long",
				 credential->from);
	if (failed)
		return error_nomem(err);
	failed = keep_secret(log, credential->password, err);
	return failed ? failed : keep_secret(log, buf_str(&encoded), err);
}

/* --- the request ------------------------------------------------------------------- */

static void add_parameter(struct buf *query, const char *name, const char *value, size_t len)
{
	buf_addf(query, "%s%s=", query->len > 0 ? "&" : "", name);
	percent_encode(query, value, len);
}

/* One parameter a scope: some servers read the first alone (spec/auth/token.md, "scope"). */
static void add_scopes(struct buf *query, const char *scopes)
{
	for (scopes += strspn(scopes, " "); *scopes; scopes += strspn(scopes, " ")) {
		size_t len = strcspn(scopes, " ");

		add_parameter(query, "scope", scopes, len);
		scopes += len;
	}
}

/* The realm's own query is kept. */
static int add_query(const struct token_request *request, struct url *realm,
		     struct scanreq_error *err)
{
	struct buf query CLEANUP_BUF = BUF_INIT(LIMIT_HEADER_FIELD);
	const char *service = challenge_parameter(request->challenge, "service");
	const char *account = request->credential->username;

	if (realm->query)
		buf_puts(&query, realm->query);
	if (account)
		add_parameter(&query, "account", account, strlen(account));
	if (service && *service)
		add_parameter(&query, "service", service, strlen(service));
	add_scopes(&query, request->scope);
	if (query.failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_E_DENIED,
				 "%s asks for a token by too long a challenge",
				 request->registry);
	free(realm->query);
	realm->query = buf_take(&query);
	return realm->query ? 0 : error_nomem(err);
}

static int add_login(const struct token_request *request, struct strv *headers,
		     struct scanreq_error *err)
{
	struct buf line CLEANUP_BUF = BUF_SECRET_INIT(4 * LIMIT_SECRET_FILE);
	int failed;

	if (!request->credential->username)
		return 0;
	buf_puts(&line, "Authorization: ");
	failed = basic_authorization(request->credential, request->log, &line, err);
	if (failed)
		return failed;
	return strv_add(headers, buf_str(&line)) ? error_nomem(err) : 0;
}

/* Goes where the answer leads, as long as the login stays where it belongs. */
static int follow(const struct token_request *request, const struct http_response *response,
		  struct url *realm, struct scanreq_error *err)
{
	struct url target CLEANUP_URL = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = http_redirect_target(realm, response, &target, &why);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return error_set(err, SCANREQ_E_UNAVAILABLE, "%s", why.message);
	if (!url_same_origin(realm, &target))
		return error_set(err, SCANREQ_E_DENIED,
				 "the token server of %s redirects to %s, which gets no login",
				 request->registry, target.host);
	url_free(realm);
	*realm = target;
	memset(&target, 0, sizeof(target));
	return 0;
}

static int ask(const struct token_request *request, struct url *realm,
	       struct http_response *response, struct scanreq_error *err)
{
	struct strv headers CLEANUP(strv_wipe) = { 0 };
	struct http_failure failure;
	const struct http_request get = {
		.method = "GET",
		.url = realm,
		.headers = &headers,
		.max_body = LIMIT_TOKEN_BODY,
	};
	int failed = add_login(request, &headers, err);

	for (int hops = 0; !failed; hops++) {
		http_response_free(response);
		failed = http_send(request->transport, request->log, &get, response, &failure,
				   err);
		if (failed || !http_is_redirect(response->status) || hops == HTTP_REDIRECTS)
			break;
		failed = follow(request, response, realm, err);
	}
	return failed;
}

/* --- the answer -------------------------------------------------------------------- */

/* RFC 6750 section 2.1: nothing that could end the field or begin another. */
static bool fit_for_header(const char *token)
{
	for (const char *p = token; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return *token != '\0';
}

static const char *find_token(struct json_object *root)
{
	static const char *const names[] = { "token", "access_token" };
	const char *token = NULL;

	for (size_t i = 0; i < ARRAY_LENGTH(names) && (!token || !*token); i++)
		if (json_string(root, names[i], &token, NULL))
			token = NULL;
	return token && fit_for_header(token) ? token : NULL;
}

/* A lifetime that cannot be read is the shortest one: a token too many is no harm. */
static int64_t lifetime_ms(struct json_object *root)
{
	int64_t seconds = SHORTEST_LIFETIME;

	if (json_size(root, "expires_in", &seconds, NULL) || seconds < SHORTEST_LIFETIME)
		seconds = SHORTEST_LIFETIME;
	if (seconds > LONGEST_LIFETIME)
		seconds = LONGEST_LIFETIME;
	return seconds * MS_PER_SECOND - SLACK_MS;
}

static int read_answer(const struct token_request *request,
		       const struct http_response *response, struct buf *authorization,
		       int64_t *lifetime, struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	const char *token;
	int failed = json_parse(buf_str(&response->body), response->body.len, "its answer",
				&root, NULL);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	token = failed ? NULL : find_token(root);
	if (!token)
		return error_set(err, SCANREQ_E_UNAVAILABLE, "its answer has no usable token");
	*lifetime = lifetime_ms(root);
	failed = keep_secret(request->log, token, err);
	if (failed)
		return failed;
	buf_addf(authorization, "Bearer %s", token);
	if (authorization->failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_E_UNAVAILABLE,
				 "its token is too large to be sent");
	return buf_check(authorization, NULL, err);
}

static int refuse(const struct token_request *request, const struct http_response *response,
		  struct scanreq_error *err)
{
	const struct credential *c = request->credential;
	int status = response->status;
	char line[HTTP_LINE_SIZE];

	http_said_line(request->log, buf_str(&response->body), line);
	if (err)
		err->http_status = status;
	if (status < 400 || status == 408 || status == 429 || status >= 500)
		return error_set(err, SCANREQ_E_UNAVAILABLE,
				 "no token; try again later (HTTP %d: %s)", status, line);
	if (status != 401 && status != 403)
		return error_set(err, SCANREQ_E_DENIED, "no token (HTTP %d: %s)", status,
				 line);
	if (c->username)
		return error_set(err, SCANREQ_E_DENIED,
				 "the credentials of %s from %s were refused; log in again,"
				 " or try --anonymous if the image is public (HTTP %d: %s)",
				 c->username, c->from, status, line);
	return error_set(err, SCANREQ_E_DENIED,
			 "no token without a login; the image is absent or private: check"
			 " the name, or use docker login, or --username (HTTP %d: %s)",
			 status, line);
}

int token_fetch(const struct token_request *request, struct buf *authorization,
		int64_t *expires_ms, struct scanreq_error *err)
{
	struct url realm CLEANUP_URL = { 0 };
	struct http_response response CLEANUP_RESPONSE = { .body.secret = true };
	char *host CLEANUP_FREE = NULL;
	int64_t lifetime = 0;
	int failed = realm_find(request->challenge, request->origin, request->allowed,
				request->registry, &realm, err);

	if (!failed)
		failed = add_query(request, &realm, err);
	if (failed)
		return failed;
	host = url_host_port(&realm);
	if (!host)
		return error_nomem(err);
	failed = ask(request, &realm, &response, err);
	if (failed)
		return failed;
	failed = response.status == 200
			 ? read_answer(request, &response, authorization, &lifetime, err)
			 : refuse(request, &response, err);
	if (failed && err)
		error_member(err->host, sizeof(err->host), host);
	if (failed)
		return error_prefix(err, failed, "the token server %s", host);
	*expires_ms = time_now() + lifetime;
	return 0;
}
