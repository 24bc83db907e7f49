/* SPDX-License-Identifier: MIT */
/*
 * Decides what an answer means. Only an answer that declares a refusal is one; every other
 * failure is an unknown outcome, since the operation has no client token and a second request
 * would make a second task.
 */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/limits.h"
#include "cloud/rpc/answer.h"
#include "net/retry.h"

/* What to do next. */
#define ASK_AGAIN "it is overloaded: try again"
#define CLOCK "the clock of this machine differs from the service's: set it"
#define EXPIRED \
	"the temporary keys have expired, or the security token is not theirs: get new ones"
#define GRANT "grant the RAM user or role yundun-sas:CreateJenkinsImageScanTask"
#define NONCE_USED "the nonce was new, so a copy of this request arrived first"
#define NOT_ALLOWED \
	"the edition of Security Center, the token, or the centre (region) may be the cause"
#define NO_KEY "the access key does not exist or is disabled: check the key id"
#define NO_TOKEN "temporary keys need ALIBABA_CLOUD_SECURITY_TOKEN"
#define PAIR \
	"the secret does not belong to the key id: check both (-vv shows what was signed)"

struct verdict {
	int code; /* SCANREQ_CODE_NONE: accepted */
	const char *advice; /* NULL: none */
};

/* Codes of the gateway and the service; the first match counts. */
static const struct {
	const char *code; /* its beginning */
	int status;       /* 0: any */
	struct verdict verdict;
} codes[] = {
	{ "SignatureNonceUsed", 0, { SCANREQ_CODE_OUTCOME_UNKNOWN, NONCE_USED } },
	{ "ServerError", 0, { SCANREQ_CODE_OUTCOME_UNKNOWN, NULL } },
	{ "InternalError", 0, { SCANREQ_CODE_OUTCOME_UNKNOWN, NULL } },
	{ "Throttling", 0, { SCANREQ_CODE_THROTTLED, ASK_AGAIN } },
	{ "InvalidTimeStamp", 0, { SCANREQ_CODE_CLOCK_WRONG, CLOCK } },
	{ "NoPermission", 403, { SCANREQ_CODE_PERMISSION_MISSING, GRANT } },
	{ "NoPermission", 0, { SCANREQ_CODE_PERMISSION_MISSING, NOT_ALLOWED } },
	{ "Forbidden", 0, { SCANREQ_CODE_PERMISSION_MISSING, GRANT } },
	{ "InvalidAccessKeyId", 0, { SCANREQ_CODE_KEYS_REFUSED, NO_KEY } },
	{ "SignatureDoesNotMatch", 0, { SCANREQ_CODE_KEYS_REFUSED, PAIR } },
	{ "IncompleteSignature", 0, { SCANREQ_CODE_KEYS_REFUSED, PAIR } },
	{ "InvalidSecurityToken", 0, { SCANREQ_CODE_KEYS_EXPIRED, EXPIRED } },
	{ "MissingSecurityToken", 0, { SCANREQ_CODE_KEYS_REFUSED, NO_TOKEN } },
};

/* The code is judged before the status, which differs between products. */
static bool judge_code(const struct answer *answer, struct verdict *verdict)
{
	const char *code = answer->code;

	if (!code)
		return false;
	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++)
		if (strncasecmp(code, codes[i].code, strlen(codes[i].code)) == 0 &&
		    (codes[i].status == 0 || codes[i].status == answer->status)) {
			*verdict = codes[i].verdict;
			return true;
		}
	return false;
}

static struct verdict judge_status(const struct answer *answer)
{
	int status = answer->status;

	if (status == 429)
		return (struct verdict){ SCANREQ_CODE_THROTTLED, ASK_AGAIN };
	/* A front end's bare 503 does not say whether the service behind it was reached. */
	if (status == 503 && answer->code && answer->texts[SCANREQ_SUBMISSION_REQUEST_ID])
		return (struct verdict){ SCANREQ_CODE_THROTTLED, ASK_AGAIN };
	if (status >= 300 && status < 400)
		return (struct verdict){ SCANREQ_CODE_REQUEST_REFUSED,
					 "a redirect is not followed" };
	if (status >= 400 && status < 500)
		return (struct verdict){ SCANREQ_CODE_REQUEST_REFUSED, NULL };
	if (status >= 200 && status < 300 && answer->failure)
		return (struct verdict){ SCANREQ_CODE_REQUEST_REFUSED, NULL };
	return (struct verdict){ SCANREQ_CODE_OUTCOME_UNKNOWN, NULL };
}

static struct verdict verdict_judge(const struct answer *answer, int http_status)
{
	struct verdict verdict;

	if (answer->texts[SCANREQ_SUBMISSION_TASK_ID])
		return http_status / 100 == 2 && !answer->failure
			       ? (struct verdict){ SCANREQ_CODE_NONE, NULL }
			       : (struct verdict){ SCANREQ_CODE_OUTCOME_UNKNOWN,
						   "it names a task and declares a failure" };
	if (judge_code(answer, &verdict))
		return verdict;
	return judge_status(answer);
}

/* --- the message ------------------------------------------------------------------- */

/* Masks before cutting: half a secret would not be recognised. */
static void mask_member(char *member, size_t size, struct log *log, const char *text)
{
	struct buf masked CLEANUP_BUF = BUF_SECRET_INIT(4 * LIMIT_API_ANSWER);

	log_mask(log, text ? text : "", &masked);
	error_member(member, size, masked.failed ? "" : buf_str(&masked));
}

static void add_said(struct buf *out, const struct answer *answer,
		     const struct answer_from *from)
{
	struct buf masked CLEANUP_BUF = BUF_SECRET_INIT(4 * LIMIT_API_ANSWER);
	const char *text = buf_str(&from->response->body);

	if (answer->readable)
		text = answer->message ? answer->message : "";
	log_mask(from->log, text, &masked);
	if (!masked.failed && masked.len > 0)
		buf_addf(out, "; it says: %.400s", buf_str(&masked));
}

static void add_location(struct buf *out, const struct answer_from *from)
{
	const char *location = http_header(from->response, "Location", 0);
	struct url target CLEANUP_URL = { 0 };
	char *host CLEANUP_FREE = NULL;

	if (!location || url_parse(location, from->url, &target, NULL))
		return;
	host = url_host_port(&target);
	if (host)
		buf_addf(out, " (to %.255s)", host);
}

/* Adds the wait that the answer asks for. */
static void add_wait(struct buf *out, const struct answer_from *from)
{
	int64_t ms = answer_retry_after(from->response);

	if (ms >= 0)
		buf_addf(out, " in %lld s", (long long)(ms / 1000 + (ms % 1000 > 0)));
}

static void verdict_add(struct buf *out, const struct answer *answer,
			const struct answer_from *from, const struct verdict *verdict,
			const char *code)
{
	bool unknown = verdict->code == SCANREQ_CODE_OUTCOME_UNKNOWN;

	buf_addf(out, "%s %s: HTTP %d", from->host,
		 unknown ? "gave no clear answer" : "refused the request",
		 from->response->status);
	if (*code)
		buf_addf(out, " %s", code);
	if (verdict->advice)
		buf_addf(out, "; %s", verdict->advice);
	if (verdict->code == SCANREQ_CODE_THROTTLED)
		add_wait(out, from);
	if (http_is_redirect(from->response->status))
		add_location(out, from);
	if (unknown)
		buf_puts(out, "; a task may exist: do not repeat the request blindly");
	add_said(out, answer, from);
}

int answer_judge(const struct answer *answer, const struct answer_from *from,
		 struct scanreq_error *err)
{
	struct verdict verdict = verdict_judge(answer, from->response->status);
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_LINE);

	if (verdict.code == SCANREQ_CODE_NONE)
		return 0;
	mask_member(err->service_code, sizeof(err->service_code), from->log, answer->code);
	mask_member(err->request_id, sizeof(err->request_id), from->log,
		    answer->texts[SCANREQ_SUBMISSION_REQUEST_ID]);
	err->http_status = from->response->status;
	verdict_add(&text, answer, from, &verdict, err->service_code);
	return error_set(err, verdict.code, "%s", buf_str(&text));
}
