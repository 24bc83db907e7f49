/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/acr/login.h"
#include "cloud/rpc/answer.h"
#include "cloud/rpc/call.h"
#include "cloud/rpc/clock.h"
#include "net/retry.h"

#define ENTERPRISE_VERSION "2018-12-01"
#define PERSONAL_VERSION "2016-06-07"
#define LIST_ACTION "ListInstance"
#define DOMAIN "aliyuncs.com"

/* One fetch. Owns its members except context and host. */
struct fetch {
	const struct acr_context *context;
	const struct acr_host *host;
	struct url url;
	char *api; /* host[:port] of it */
	struct credentials keys;
	struct http_response response;
	struct answer answer;
	char *instance_id;
};

static void forget_answer(struct fetch *f)
{
	http_response_free(&f->response);
	answer_free(&f->answer);
	f->response.body.secret = true;
}

static void fetch_free(struct fetch *f)
{
	forget_answer(f);
	url_free(&f->url);
	free(f->api);
	credentials_free(&f->keys);
	free(f->instance_id);
}

/* --- refusals ---------------------------------------------------------------------- */

/* What to do about the gateway's codes; the first match counts. */
static const struct {
	const char *code; /* its beginning */
	const char *advice;
} codes[] = {
	{ "InvalidAccessKeyId", "the access key does not exist or is disabled" },
	{ "SignatureDoesNotMatch", "the secret does not belong to the key id" },
	{ "IncompleteSignature", "the secret does not belong to the key id" },
	{ "InvalidSecurityToken", "the temporary keys have expired: get new ones" },
	{ "InvalidTimeStamp", "the clock of this machine differs from the service's: set it" },
};

static bool is_about_rights(const struct fetch *f)
{
	const struct answer *answer = &f->answer;

	return answer_code_begins(answer, "NoPermission") ||
	       answer_code_begins(answer, "Forbidden") || answer->status == 401 ||
	       answer->status == 403;
}

static bool says_later(const struct fetch *f)
{
	return retry_status(f->response.status) ||
	       answer_code_begins(&f->answer, "Throttling") ||
	       answer_code_begins(&f->answer, "ServiceUnavailable");
}

static void add_advice(struct buf *out, const struct fetch *f, const char *action)
{
	bool listing = strcmp(action, LIST_ACTION) == 0;

	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++)
		if (answer_code_begins(&f->answer, codes[i].code)) {
			buf_addf(out, "; %s", codes[i].advice);
			return;
		}
	if (is_about_rights(f))
		buf_addf(out, "; grant the RAM user or role cr:%s%s", action,
			 listing ? ", or set acr-instance-id" : "");
}

static int acr_login_refused(const struct fetch *f, const char *action,
			     struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	bool later = says_later(f);
	const char *said = f->answer.readable ? f->answer.message : buf_str(&f->response.body);
	const char *request_id = f->answer.texts[SCANREQ_SUBMISSION_REQUEST_ID];
	char line[HTTP_LINE_SIZE];
	int failed;

	http_said_line(f->context->log, said ? said : "", line);
	err->http_status = f->response.status;
	error_member(err->service_code, sizeof(err->service_code),
		     f->answer.code ? f->answer.code : "");
	error_member(err->request_id, sizeof(err->request_id), request_id ? request_id : "");
	error_member(err->host, sizeof(err->host), f->api);
	buf_addf(&text, "%s answers %s with HTTP %d", f->api, action, f->response.status);
	if (*err->service_code)
		buf_addf(&text, " %s", err->service_code);
	if (later)
		buf_puts(&text, "; try again later");
	else
		add_advice(&text, f, action);
	if (*line)
		buf_addf(&text, "; it says: %s", line);
	failed = error_set(err, later ? SCANREQ_CODE_TEMPORARY_LOGIN_FAILED
				      : SCANREQ_CODE_TEMPORARY_LOGIN_REFUSED, "%s", buf_str(&text));
	if (strcmp(action, LIST_ACTION) == 0 && !later && is_about_rights(f))
		error_about(failed, "acr-instance-id", err);
	return failed;
}

static int unreadable(const struct fetch *f, const char *action, const char *what,
		      struct scanreq_error *err)
{
	error_member(err->host, sizeof(err->host), f->api);
	return error_set(err, SCANREQ_CODE_ANSWER_INVALID, "%s answers %s with %s", f->api, action,
			 what);
}

/* --- asking ------------------------------------------------------------------------ */

static int send_once(struct fetch *f, struct call *call, struct http_failure *failure,
		     struct scanreq_error *err)
{
	struct signed_call made CLEANUP_SIGNED_CALL = { 0 };
	char nonce[CALL_NONCE_SIZE];
	int failed = call_nonce(nonce, err);

	if (failed)
		return failed;
	call->nonce = nonce;
	call->now_ms = service_clock_now(f->context->clock);
	failed = call_sign(call, &made, err);
	if (!failed)
		failed = call_send(f->context->transport, f->context->log, &made, &f->response,
				   failure, err);
	return failed ? failed : answer_read(&f->response, &f->answer, err);
}

/* A whole answer, whatever it says. */
static int ask_patiently(struct fetch *f, struct call *call, struct scanreq_error *err)
{
	const struct acr_context *c = f->context;
	struct retry retry = { .transport = c->transport, .log = c->log, .url = &f->url };

	for (;;) {
		struct http_failure failure = { .sent = true };
		struct retry_hint hint = { .asked_ms = -1 };
		int failed = retry_turn(c->transport, c->log, &f->url, err), cancelled = 0;

		if (failed)
			return failed;
		forget_answer(f);
		failed = send_once(f, call, &failure, err);
		if (!failed)
			hint = answer_hint(&f->answer, &f->response);
		if (!(failed ? failure.temporary : says_later(f)) ||
		    !retry_again(&retry, &hint, &cancelled, err))
			return cancelled ? cancelled : failed;
		*err = (struct scanreq_error)SCANREQ_ERROR_INIT;
	}
}

/* Gets an answer that is a success. */
static int acr_login_ask(struct fetch *f, struct call *call, struct scanreq_error *err)
{
	const struct acr_context *c = f->context;
	int failed;

	call->url = &f->url;
	call->credentials = &f->keys;
	failed = ask_patiently(f, call, err);
	if (!failed &&
	    service_clock_correct(c->clock, c->log, f->api, f->answer.code, &f->response))
		failed = ask_patiently(f, call, err);
	if (failed)
		return failed;
	if (f->response.status != 200 || f->answer.failure)
		return acr_login_refused(f, call->action, err);
	return f->answer.readable ? 0 : unreadable(f, call->action, "no JSON", err);
}

/* --- the Enterprise edition's instance --------------------------------------------- */

static int find_instance(struct fetch *f, struct json_object *instances,
			 struct scanreq_error *err)
{
	size_t count = instances ? json_object_array_length(instances) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *one = json_object_array_get_idx(instances, i);
		const char *name = NULL, *id = NULL;
		int failed = json_string(one, "InstanceName", &name, err);

		if (!failed)
			failed = json_string(one, "InstanceId", &id, err);
		if (failed)
			return failed;
		if (str_equal(name, f->host->instance) && unless_empty(id))
			return str_copy(&f->instance_id, id) ? error_nomem(err) : 0;
	}
	return error_set(err, SCANREQ_CODE_INSTANCE_UNKNOWN,
			 "%s finds no instance \"%s\" for these keys: check their account, or "
			 "set acr-instance-id",
			 f->api, f->host->instance);
}

static int look_up_instance(struct fetch *f, struct scanreq_error *err)
{
	const struct acs3_pair query[] = {
		{ "InstanceName", f->host->instance },
		{ "PageNo", "1" },
		{ "PageSize", "100" },
	};
	struct call call = {
		.action = LIST_ACTION,
		.version = ENTERPRISE_VERSION,
		.query = query,
		.query_count = ARRAY_LENGTH(query),
	};
	struct json_object *root CLEANUP_JSON = NULL;
	struct json_object *instances = NULL;
	int failed = acr_login_ask(f, &call, err);

	if (!failed)
		failed = json_parse(buf_str(&f->response.body), f->response.body.len,
				    "the answer to ListInstance", &root, err);
	if (!failed)
		failed = json_member(root, "Instances", json_type_array, &instances, err);
	return failed ? failed : find_instance(f, instances, err);
}

/* --- the login --------------------------------------------------------------------- */

/* Names of the members: either edition uses either spelling. */
static const char *const usernames[] = { "TempUsername", "tempUserName", "tempUsername" };
static const char *const passwords[] = { "AuthorizationToken", "authorizationToken" };
static const char *const ends[] = { "ExpireTime", "expireDate", "expireTime" };

static int find_text(struct json_object *object, const char *const *names, size_t count,
		     const char **value, struct scanreq_error *err)
{
	int failed = 0;

	for (size_t i = 0; !failed && !*value && i < count; i++)
		failed = json_string(object, names[i], value, err);
	return failed;
}

static int read_login(struct fetch *f, struct json_object *object,
		      struct credential *credential, int64_t *expires_ms,
		      struct scanreq_error *err)
{
	const char *username = NULL, *password = NULL;
	int failed = find_text(object, usernames, ARRAY_LENGTH(usernames), &username, err);

	if (!failed)
		failed = find_text(object, passwords, ARRAY_LENGTH(passwords), &password, err);
	for (size_t i = 0; !failed && i < ARRAY_LENGTH(ends); i++)
		failed = json_size(object, ends[i], expires_ms, err);
	if (failed)
		return failed;
	if (!unless_empty(username) || !unless_empty(password))
		return unreadable(f, "GetAuthorizationToken", "no login in it", err);
	if (f->context->log && log_secret(f->context->log, password))
		return error_nomem(err);
	if (str_copy(&credential->username, username) ||
	    str_copy(&credential->password, password) ||
	    str_copy(&credential->from, "Container Registry's API")) {
		credential_free(credential);
		return error_nomem(err);
	}
	credential->realm_below = DOMAIN;
	return 0;
}

static int acr_login_read_answer(struct fetch *f, struct credential *credential,
				 int64_t *expires_ms, struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	struct json_object *data = NULL;
	int failed = json_parse(buf_str(&f->response.body), f->response.body.len,
				"the answer to GetAuthorizationToken", &root, err);

	if (!failed && f->host->edition == ACR_PERSONAL)
		failed = json_member(root, "data", json_type_object, &data, err);
	if (failed)
		return failed;
	return read_login(f, data ? data : root, credential, expires_ms, err);
}

static int ask_for_login(struct fetch *f, struct scanreq_error *err)
{
	const struct acs3_pair query[] = { { "InstanceId", f->instance_id } };
	struct call enterprise = {
		.action = "GetAuthorizationToken",
		.version = ENTERPRISE_VERSION,
		.query = query,
		.query_count = ARRAY_LENGTH(query),
	};
	struct call personal = {
		.action = "GetAuthorizationToken",
		.version = PERSONAL_VERSION,
		.method = "GET",
		.path = "/tokens",
	};

	return acr_login_ask(f, f->host->edition == ACR_ENTERPRISE ? &enterprise : &personal,
			     err);
}

static int acr_login_prepare(struct fetch *f, struct scanreq_error *err)
{
	char *text CLEANUP_FREE = NULL;
	int failed = credential_chain_get(f->context->chain, false, &f->keys, err);

	if (failed)
		return failed;
	if (asprintf(&text, "https://cr%s.%s." DOMAIN "/", f->context->vpc ? "-vpc" : "",
		     f->host->region) < 0) {
		text = NULL;
		return error_nomem(err);
	}
	failed = url_parse(text, NULL, &f->url, err);
	if (failed)
		return failed;
	f->api = url_host_port(&f->url);
	if (!f->api || str_copy(&f->instance_id, f->context->instance_id))
		return error_nomem(err);
	return 0;
}

int acr_login_fetch(const struct acr_context *context, const struct acr_host *host,
		    struct credential *credential, int64_t *expires_ms,
		    struct scanreq_error *err)
{
	struct fetch f CLEANUP(fetch_free) = { .context = context, .host = host };
	int failed = acr_login_prepare(&f, err);

	*expires_ms = 0;
	if (!failed && host->edition == ACR_ENTERPRISE && !f.instance_id)
		failed = look_up_instance(&f, err);
	if (!failed)
		failed = ask_for_login(&f, err);
	if (!failed)
		failed = acr_login_read_answer(&f, credential, expires_ms, err);
	if (!failed)
		return 0;
	if (!*err->setting)
		error_about(failed, "acr-login", err);
	return error_prefix(err, failed, "no temporary login for %s", host->name);
}
