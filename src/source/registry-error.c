/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "source/registry-error.h"

/* What the answer says; "" where it says nothing. */
struct said {
	char code[sizeof(((struct scanreq_error *)NULL)->code)];
	char line[HTTP_LINE_SIZE];
};

/* The first entry of the errors list; NULL members where there is none. */
static void read_errors(struct json_object *root, const char **code, const char **message)
{
	struct json_object *list, *first;

	*code = *message = NULL;
	if (json_member(root, "errors", json_type_array, &list, NULL) || !list)
		return;
	first = json_object_array_get_idx(list, 0);
	json_string(first, "code", code, NULL);
	json_string(first, "message", message, NULL);
}

/* distribution-spec: the body of a 4XX may be anything; errors in JSON are the better case. */
static void read_said(const struct registry_asked *asked, const struct buf *body,
		      struct said *said)
{
	struct json_object *root CLEANUP_JSON = NULL;
	const char *code = NULL, *message = NULL;

	if (body->len <= LIMIT_ERROR_BODY &&
	    json_parse(buf_str(body), body->len, "the body", &root, NULL) == 0)
		read_errors(root, &code, &message);
	error_member(said->code, sizeof(said->code), code ? code : "");
	http_said_line(asked->log, code || message ? (message ? message : "") : buf_str(body),
		       said->line);
}

struct meaning {
	int klass;
	const char *text;   /* stands before what was asked for */
	const char *advice;
};

static struct meaning find_meaning(int status)
{
	if (status == 404)
		return (struct meaning){ SCANREQ_E_NOT_FOUND, "has no",
					 "check the name and the tag" };
	if (status == 401 || status == 403)
		return (struct meaning){
			SCANREQ_E_DENIED, "denies access to",
			"it is absent or private: check the name and the login"
		};
	if (status == 429)
		return (struct meaning){ SCANREQ_E_UNAVAILABLE,
					 "limits the rate of requests for",
					 "wait, or log in" };
	if (status == 408 || status >= 500)
		return (struct meaning){ SCANREQ_E_UNAVAILABLE, "cannot serve",
					 "try again later" };
	return (struct meaning){ SCANREQ_E_UNREADABLE, "gives no", "is it a registry?" };
}

int registry_error(const struct registry_asked *asked, const struct http_response *response,
		   struct scanreq_error *err)
{
	struct meaning meaning = find_meaning(response->status);
	struct said said;

	read_said(asked, &response->body, &said);
	if (err) {
		err->http_status = response->status;
		memcpy(err->code, said.code, sizeof(err->code));
		error_member(err->host, sizeof(err->host), asked->host);
	}
	return error_set(err, meaning.klass, "%s %s %s; %s (HTTP %d%s%s%s%s)", asked->host,
			 meaning.text, asked->what, meaning.advice, response->status,
			 *said.code ? " " : "", said.code, *said.line ? ": " : "", said.line);
}
