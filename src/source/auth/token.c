/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "net/retry.h"
#include "net/error-body.h"
#include "net/rate-limit.h"
#include "source/auth/realm.h"
#include "source/auth/token-answer.h"
#include "source/auth/token.h"

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
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "the user name from %s has a colon, which Basic cannot carry",
				 credential->from);
	buf_addf(&pair, "%s:%s", credential->username, credential->password);
	base64_encode(&encoded, buf_str(&pair), pair.len);
	buf_addf(authorization, "Basic %s", buf_str(&encoded));
	failed = pair.failed ? pair.failed : encoded.failed;
	if (!failed)
		failed = authorization->failed;
	if (failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "the login from %s is too long", credential->from);
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
		return error_set(err, SCANREQ_CODE_AUTH_UNSUPPORTED,
				 "%s asks for a token by too long a challenge",
				 request->registry);
	free(realm->query);
	realm->query = buf_take(&query);
	return realm->query ? 0 : error_nomem(err);
}

/* An identity token is sent as the password when there is no other. */
static struct credential login_of(const struct token_request *request)
{
	struct credential login = *request->credential; /* borrows */

	if (login.identity_token && login.password && !*login.password)
		login.password = login.identity_token;
	return login;
}

static int add_login(const struct token_request *request, struct strv *headers,
		     struct scanreq_error *err)
{
	struct buf line CLEANUP_BUF = BUF_SECRET_INIT(4 * LIMIT_SECRET_FILE);
	const struct credential login = login_of(request);
	int failed;

	if (!login.username)
		return 0;
	buf_puts(&line, "Authorization: ");
	failed = basic_authorization(&login, request->log, &line, err);
	if (failed)
		return failed;
	return strv_add(headers, buf_str(&line)) ? error_nomem(err) : 0;
}

/* Follows a redirect within the token server's origin: the login goes nowhere else. */
static int token_follow(const struct token_request *request,
			const struct http_response *response, struct url *realm,
			struct scanreq_error *err)
{
	const struct http_hop from = { .url = *realm }; /* borrows */
	struct http_hop hop = { .url = { 0 } };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = http_redirect_target(&from, response, NULL, &hop, &why);
	struct url target CLEANUP_URL = hop.url;

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return error_set(err, SCANREQ_CODE_TOKEN_FAILED, "%s", why.message);
	if (!url_same_origin(realm, &target))
		return error_about(error_set(err, SCANREQ_CODE_REALM_REFUSED,
					     "the token server of %s redirects to %s, which gets "
					     "no login", request->registry, target.host),
				   "", err);
	url_free(realm);
	*realm = target;
	memset(&target, 0, sizeof(target));
	return 0;
}

static int token_ask(const struct token_request *request, struct url *realm,
		     struct http_response *response, struct scanreq_error *err)
{
	struct strv headers CLEANUP(strv_wipe) = { 0 };
	struct http_request get = {
		.method = "GET",
		.url = realm,
		.headers = &headers,
		.max_body = LIMIT_TOKEN_BODY,
	};
	int failed = add_login(request, &headers, err);

	for (int hops = 0; !failed; hops++) {
		http_response_free(response);
		get.registry = url_same_origin(realm, request->origin);
		failed = retry_get(request->transport, request->log, &get, response, err);
		if (failed || !http_is_redirect(response->status) || hops == HTTP_REDIRECTS)
			break;
		failed = token_follow(request, response, realm, err);
	}
	return failed;
}

/* spec/auth/oauth.md: scopes are one parameter here, with spaces between. */
static int make_form(const struct token_request *request, struct buf *form,
		     struct scanreq_error *err)
{
	const char *token = request->credential->identity_token;
	const char *service = challenge_parameter(request->challenge, "service");

	if (keep_secret(request->log, token, err))
		return SCANREQ_E_NOMEM;
	buf_puts(form, "grant_type=refresh_token&client_id=scanreq");
	if (service && *service)
		add_parameter(form, "service", service, strlen(service));
	add_parameter(form, "scope", request->scope, strlen(request->scope));
	add_parameter(form, "refresh_token", token, strlen(token));
	if (form->failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "the identity token from %s is too long",
				 request->credential->from);
	return buf_check(form, NULL, err);
}

/* Redirects are not followed: the body has the login. */
static int post(const struct token_request *request, const struct url *realm,
		struct http_response *response, struct scanreq_error *err)
{
	struct strv headers CLEANUP(strv_wipe) = { 0 };
	struct buf form CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_REQUEST);
	struct http_failure failure;
	struct http_request request_post = {
		.method = "POST",
		.url = realm,
		.headers = &headers,
		.max_body = LIMIT_TOKEN_BODY,
		.registry = url_same_origin(realm, request->origin),
	};
	int failed = make_form(request, &form, err);

	if (failed)
		return failed;
	if (strv_add(&headers, "Content-Type: application/x-www-form-urlencoded") ||
	    strv_add(&headers, "Expect:"))
		return error_nomem(err);
	request_post.body = buf_str(&form);
	request_post.body_len = form.len;
	return http_send(request->transport, request->log, &request_post, response, &failure,
			 err);
}

/*
 * Servers that support no POST answer 404 (GCR), 405 (Harbor), 401 (Artifactory) or 400
 * (Azure, Alibaba Cloud).
 */
static bool knows_no_post(const struct token_request *request, int status)
{
	return request->credential->username &&
	       (status == 400 || status == 401 || status == 404 || status == 405);
}

/* Uses POST for an identity token; GET otherwise, and where the server has no POST. */
static int exchange(const struct token_request *request, struct url *realm,
		    struct http_response *response, struct scanreq_error *err)
{
	int failed;

	if (request->credential->identity_token) {
		failed = post(request, realm, response, err);
		if (failed || !knows_no_post(request, response->status))
			return failed;
		http_response_free(response);
	}
	failed = add_query(request, realm, err);
	return failed ? failed : token_ask(request, realm, response, err);
}

/* --- the answer -------------------------------------------------------------------- */

int bearer_authorization(const struct credential *credential, struct log *log,
			 struct buf *authorization, struct scanreq_error *err)
{
	const char *token = credential->registry_token;

	if (!token_fits_header(token))
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "the registry token from %s is malformed", credential->from);
	buf_addf(authorization, "Bearer %s", token);
	if (authorization->failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "the registry token from %s is too long", credential->from);
	if (authorization->failed)
		return error_nomem(err);
	return keep_secret(log, token, err);
}

static int read_token(const struct token_request *request, const struct buf *body,
		      struct buf *authorization, int64_t *expires_ms, struct scanreq_error *err)
{
	char *token CLEANUP_SECRET = NULL;
	int failed = token_answer_read(body, &token, expires_ms, err);

	if (!failed)
		failed = keep_secret(request->log, token, err);
	if (failed)
		return failed;
	buf_addf(authorization, "Bearer %s", token);
	if (authorization->failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_CODE_TOKEN_FAILED,
				 "its token is too large to be sent");
	return buf_check(authorization, NULL, err);
}

/* The server is busy: says when to try again, if the server has said so. */
static int put_off(const struct http_response *response, const char *said,
		   struct scanreq_error *err)
{
	struct rate_limit limit;

	rate_limit_read(response, &limit);
	return error_set(err, SCANREQ_CODE_TOKEN_FAILED, "no token; %s%s%s (%s)",
			 *limit.when ? limit.when : "try again later", *limit.left ? "; " : "",
			 limit.left, said);
}

static int token_refuse(const struct token_request *request,
			const struct http_response *response, struct scanreq_error *err)
{
	const struct credential *c = request->credential;
	int status = response->status;
	char said[HTTP_LINE_SIZE + sizeof("HTTP 999 : ") + sizeof(err->service_code)];
	struct error_body body;

	error_body_read(request->log, &response->body, &body);
	snprintf(said, sizeof(said), "HTTP %d%s%s%s%s", status, *body.code ? " " : "", body.code,
		 *body.line ? ": " : "", body.line);
	if (err) {
		err->http_status = status;
		memcpy(err->service_code, body.code, sizeof(err->service_code));
	}
	if (status < 400 || status == 408 || status == 429 || status >= 500)
		return put_off(response, said, err);
	if (status != 401 && status != 403)
		return error_set(err, SCANREQ_CODE_ACCESS_DENIED, "no token (%s)", said);
	if (credential_found(c))
		return error_about(error_set(err, SCANREQ_CODE_LOGIN_REFUSED,
					     "the credentials of %s from %s were refused; log in "
					     "again, or set anonymous if the image is public (%s)",
					     credential_owner(c), c->from, said),
				   "anonymous", err);
	return error_about(error_set(err, SCANREQ_CODE_ACCESS_DENIED,
				     "no token without a login; the image is absent or private: "
				     "check the name, use docker login, or set username (%s)",
				     said),
			   "username", err);
}

/* allow-realm trusts the server, not the network in between. */
static void warn_of_http(const struct token_request *request, const struct url *realm,
			 const char *host)
{
	if (!realm->https && !host_is_loopback(realm->host) &&
	    url_is_named(realm, request->allowed))
		log_warn_once(request->log,
			      "allow-realm: %s sends to %s in http: whoever is on the way there"
			      " reads the login and may change the token",
			      request->registry, host);
}

int token_fetch(const struct token_request *request, struct buf *authorization,
		int64_t *expires_ms, struct scanreq_error *err)
{
	struct url realm CLEANUP_URL = { 0 };
	struct http_response response CLEANUP_RESPONSE = { .body.secret = true };
	const char *below = request->credential->realm_below;
	char *host CLEANUP_FREE = NULL;
	int failed = realm_find(request->challenge, request->origin, request->allowed,
				request->registry, &realm, err);

	if (!failed && below)
		failed = realm_check_below(&realm, below, request->registry, err);
	if (failed)
		return failed;
	host = url_host_port(&realm);
	if (!host)
		return error_nomem(err);
	warn_of_http(request, &realm, host);
	failed = exchange(request, &realm, &response, err);
	if (failed)
		return failed;
	failed = response.status == 200
			 ? read_token(request, &response.body, authorization, expires_ms, err)
			 : token_refuse(request, &response, err);
	if (failed && err)
		error_member(err->host, sizeof(err->host), host);
	if (failed)
		return error_prefix(err, failed, "the token server %s", host);
	return 0;
}
