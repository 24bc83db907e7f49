/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/child.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/auth/credential-helper.h"

#define PROGRAM "docker-credential-"
#define NOTHING_FOUND "credentials not found in native keychain"
#define IDENTITY_TOKEN "<token>"
#define WHY_MAX 200

/* The name becomes part of a program's name: no path, nothing like an option. */
static bool name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	return *name && *name != '.' && *name != '-' && name[strspn(name, allowed)] == '\0';
}

static bool found_nothing(const struct buf *answer)
{
	const char *text = buf_str(answer), *rest;

	text += strspn(text, " \t\r\n");
	return str_prefix(text, NOTHING_FOUND, &rest) && rest[strspn(rest, " \t\r\n")] == '\0';
}

static int helper_failed(const struct helper_request *request,
			 const struct child_result *result, struct scanreq_error *err)
{
	struct buf how CLEANUP_BUF = BUF_INIT(WHY_MAX);

	child_describe(result, &how);
	return error_about(error_set(err, SCANREQ_CODE_HELPER_FAILED,
				     PROGRAM "%s, which %s names, %s for %s; run it with \"get\" "
				     "and the server on standard input to see why, or set "
				     "anonymous",
				     request->name, request->from, buf_str(&how),
				     request->reference->domain),
			   "anonymous", err);
}

static int nonsense(const struct helper_request *request, const char *what,
		    struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_HELPER_FAILED,
			 PROGRAM "%s, which %s names, %s for %s: log in again",
			 request->name, request->from, what, request->reference->domain);
}

static int set_login(const char *username, const char *secret, struct credential *credential)
{
	if (strcmp(username, IDENTITY_TOKEN) == 0)
		return str_copy(&credential->identity_token, secret);
	if (str_copy(&credential->username, username))
		return SCANREQ_E_NOMEM;
	return str_copy(&credential->password, secret);
}

static int credential_helper_read_answer(const struct helper_request *request,
					 const struct buf *answer,
					 struct credential *credential,
					 struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	const char *username = NULL, *secret = NULL;
	int failed = json_parse(buf_str(answer), answer->len, "the answer", &root, NULL);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed || !json_object_is_type(root, json_type_object) ||
	    json_string(root, "Username", &username, NULL) ||
	    json_string(root, "Secret", &secret, NULL))
		return nonsense(request, "did not answer with a login in JSON", err);
	username = username ? username : "";
	secret = secret ? secret : "";
	if (!*username && !*secret)
		return 0;
	if (!*username || !*secret)
		return nonsense(request, "answered with half a login", err);
	if (set_login(username, secret, credential) ||
	    asprintf(&credential->from, PROGRAM "%s (%s)", request->name, request->from) < 0) {
		credential->from = NULL;
		return error_nomem(err);
	}
	return 0;
}

static int credential_helper_judge(const struct helper_request *request,
				   const struct child_result *result, const struct buf *answer,
				   struct credential *credential, struct scanreq_error *err)
{
	struct credential made CLEANUP_CREDENTIAL = { 0 };
	int failed;

	if (result->end == CHILD_EXITED && result->status != 0 && found_nothing(answer))
		return 0;
	if (result->end != CHILD_EXITED || result->status != 0)
		return helper_failed(request, result, err);
	failed = credential_helper_read_answer(request, answer, &made, err);
	if (failed)
		return failed;
	*credential = made;
	memset(&made, 0, sizeof(made));
	return 0;
}

int credential_helper_get(const struct helper_request *request, struct credential *credential,
			  bool *missing, struct scanreq_error *err)
{
	struct buf answer CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_HELPER_ANSWER);
	struct child_result result;
	char *program CLEANUP_FREE = NULL;
	const char *argv[] = { NULL, "get", NULL };
	int failed;

	*missing = false;
	if (!name_valid(request->name))
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "%s names a credential helper that is no name of letters,"
				 " digits, \".\", \"_\" and \"-\"", request->from);
	if (asprintf(&program, PROGRAM "%s", request->name) < 0) {
		program = NULL;
		return error_nomem(err);
	}
	argv[0] = program;
	failed = child_run(&(struct child_run){ .argv = argv,
						.input = request->server,
						.timeout_ms = request->timeout_ms },
			   &answer, &result, err);
	if (failed)
		return failed;
	*missing = result.end == CHILD_NOT_FOUND;
	return *missing ? 0
			: credential_helper_judge(request, &result, &answer, credential, err);
}
