/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/code.h"
#include "base/error.h"
#include "net/error-body.h"
#include "net/rate-limit.h"
#include "source/registry/error.h"

/* Room for both clauses of a rate limit and for the name of a login. */
#define ADVICE_MAX 8192

struct meaning {
	int code;
	const char *text;   /* the verb before `asked->what` */
	const char *advice;
};

/*
 * Replaces a vague status by the one of the error code: some registries answer 400 for an
 * unknown name, and 403 when they limit the rate.
 */
static int refine_status(int status, const char *code)
{
	static const struct {
		const char *code;
		int status;
	} codes[] = {
		{ "MANIFEST_UNKNOWN", 404 }, { "NAME_UNKNOWN", 404 }, { "BLOB_UNKNOWN", 404 },
		{ "NOT_FOUND", 404 }, { "UNAUTHORIZED", 401 }, { "DENIED", 403 },
		{ "TOOMANYREQUESTS", 429 },
	};

	if (status < 400 || status >= 500 || status == 401 || status == 404 || status == 408)
		return status;
	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++)
		if (strcasecmp(code, codes[i].code) == 0 &&
		    (status != 403 || codes[i].status == 429))
			return status == 429 ? status : codes[i].status;
	return status;
}

static struct meaning find_meaning(int status)
{
	if (status == 404)
		return (struct meaning){ SCANREQ_CODE_IMAGE_NOT_FOUND, "has no",
					 "check the name and the tag" };
	if (status == 401 || status == 403)
		return (struct meaning){
			SCANREQ_CODE_ACCESS_DENIED, "denies access to",
			"it is absent or private: check the name and the login"
		};
	if (status == 429)
		return (struct meaning){ SCANREQ_CODE_RATE_LIMITED,
					 "limits the rate of requests for", "wait, or log in" };
	if (status == 408 || status >= 500)
		return (struct meaning){ SCANREQ_CODE_SERVER_FAILED, "cannot serve",
					 "try again later" };
	return (struct meaning){ SCANREQ_CODE_ANSWER_INVALID, "gives no", "is it a registry?" };
}

/* The registry has seen a login and denies access. */
static void add_login_advice(const struct registry_asked *asked, const struct error_body *said,
			     struct buf *advice)
{
	if (strcasestr(said->line, "expired"))
		buf_addf(advice, "the login of %s has expired: log in again", asked->login);
	else
		buf_addf(advice,
			 "it is absent, or private and not for %s: check the name, or log in as"
			 " somebody who may pull it", asked->login);
}

/* docker-registry answers 500 when the digest is of a config and not of a manifest. */
static bool may_be_id(const struct registry_asked *asked, int status)
{
	return asked->id && (status == 404 || status == 500);
}

/* Adds what to do; for a temporary failure also when, for a limit also what is left. */
static void add_advice(const struct http_response *response, const struct meaning *meaning,
		       int status, struct buf *advice)
{
	struct rate_limit limit;

	rate_limit_read(response, &limit);
	if (advice->len > 0)
		return;
	if (code_class(meaning->code) != SCANREQ_E_UNAVAILABLE || !*limit.when)
		buf_puts(advice, meaning->advice);
	else
		buf_addf(advice, "%s%s", limit.when, status == 429 ? ", or log in" : "");
	if (status == 429 && *limit.left)
		buf_addf(advice, "; %s", limit.left);
}

/* Adds status, code and line of the answer to the error. */
static int add_answer(const struct http_response *response, const struct error_body *said,
		      int failed, struct scanreq_error *err)
{
	if (!err)
		return failed;
	err->http_status = response->status;
	memcpy(err->service_code, said->code, sizeof(err->service_code));
	return error_suffix(err, failed, " (HTTP %d%s%s%s%s)", response->status,
			    *said->code ? " " : "", said->code, *said->line ? ": " : "",
			    said->line);
}

int registry_error(const struct registry_asked *asked, const struct http_response *response,
		   struct scanreq_error *err)
{
	struct buf advice CLEANUP_BUF = BUF_INIT(ADVICE_MAX);
	struct error_body said;
	struct meaning meaning;
	int status;

	error_body_read(asked->log, &response->body, &said);
	status = refine_status(response->status, said.code);
	meaning = find_meaning(status);
	if (meaning.code == SCANREQ_CODE_ACCESS_DENIED && asked->login)
		add_login_advice(asked, &said, &advice);
	if (may_be_id(asked, status))
		buf_puts(&advice, "check the digest: an image's id (of docker images, of buildah's"
			 " iidfile) is none; a push prints the digest, and writes it to its"
			 " digestfile");
	add_advice(response, &meaning, status, &advice);
	if (err)
		error_member(err->host, sizeof(err->host), asked->host);
	error_set(err, meaning.code, "%s %s %s; %s", asked->host, meaning.text, asked->what,
		  buf_str(&advice));
	return add_answer(response, &said, code_class(meaning.code), err);
}

int registry_error_refused(const struct registry_asked *asked,
			   const struct http_response *response, int failed,
			   struct scanreq_error *err)
{
	struct error_body said;

	if (!err)
		return failed;
	if (!*err->host)
		error_member(err->host, sizeof(err->host), asked->host);
	if (err->http_status)
		return failed; /* the token server's error, which is complete */
	if (failed != SCANREQ_E_DENIED) {
		err->http_status = response->status;
		return failed;
	}
	error_body_read(asked->log, &response->body, &said);
	return add_answer(response, &said, failed, err);
}
