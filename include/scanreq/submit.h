/* SPDX-License-Identifier: MIT */
/*
 * Submitting a scan request, or previewing it.
 *
 * An accepted request has opened a task; that does not mean that the image was scanned.
 */
#ifndef SCANREQ_SUBMIT_H
#define SCANREQ_SUBMIT_H

#include <scanreq/client.h>
#include <scanreq/error.h>
#include <scanreq/request.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_submission;

/* The outcome of a request. Since: 0.1.0. */
enum scanreq_status {
	SCANREQ_STATUS_NOT_ATTEMPTED = 0, /* nothing was sent */
	SCANREQ_STATUS_DRY_RUN = 1,       /* a preview: the request was built and not sent */
	SCANREQ_STATUS_ACCEPTED = 2,      /* the service opened a task */
	SCANREQ_STATUS_FAILED = 3,        /* the service opened no task */
	SCANREQ_STATUS_UNKNOWN = 4,       /* a task may exist: do not repeat the request */
};

/*
 * Texts of a submission: up to REQUEST_ID members of the answer, then parts of the request.
 * Since: 0.1.0.
 */
enum scanreq_submission_text {
	SCANREQ_SUBMISSION_TASK_ID = 0,
	SCANREQ_SUBMISSION_UUID = 1,
	SCANREQ_SUBMISSION_IMAGE_SCAN_CAPACITY = 2, /* decimal */
	SCANREQ_SUBMISSION_REPO_REGION_ID = 3,
	SCANREQ_SUBMISSION_REPO_INSTANCE_ID = 4,
	SCANREQ_SUBMISSION_REPO_ID = 5,
	SCANREQ_SUBMISSION_REQUEST_ID = 6,
	SCANREQ_SUBMISSION_METHOD = 7,
	SCANREQ_SUBMISSION_URL = 8,
	SCANREQ_SUBMISSION_BODY = 9,               /* redacted */
	SCANREQ_SUBMISSION_CANONICAL_REQUEST = 10, /* redacted */
	SCANREQ_SUBMISSION_STRING_TO_SIGN = 11,    /* "" if the request is unsigned */
	SCANREQ_SUBMISSION_COUNT_
};

/*
 * Sends `request` to the service and reads the answer. It repeats the request up to
 * SCANREQ_OPT_RETRY times if the failed attempt certainly opened no task; if it may have
 * opened one, only with SCANREQ_OPT_RETRY_AMBIGUOUS. Returns 0 if the service accepted it.
 * *submission has the outcome, also on failure; it is NULL only if out of memory. The caller
 * frees it with scanreq_submission_free().
 * Errors: SCANREQ_E_USAGE (no region; a fixed time or nonce is set), SCANREQ_E_DENIED,
 * SCANREQ_E_UNAVAILABLE, SCANREQ_E_REFUSED, SCANREQ_E_UNKNOWN (a task may exist),
 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_submit(struct scanreq_client *client,
			       const struct scanreq_request *request,
			       struct scanreq_submission **submission, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Builds and signs the request like scanreq_submit(), but does not send it. If there are no
 * keys, the request is unsigned. Secrets in its texts are redacted; so is the signature
 * unless SCANREQ_OPT_SHOW_SIGNATURE is set. Returns 0 and sets *submission, which the caller
 * frees with scanreq_submission_free().
 * Errors: SCANREQ_E_USAGE, SCANREQ_E_DENIED (only one half of an access key is set),
 * SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_submit_preview(struct scanreq_client *client,
				       const struct scanreq_request *request,
				       struct scanreq_submission **submission,
				       struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Checks the endpoint and, unless `preview` is true, the keys, so that a program can fail
 * before it reads an image. Sends nothing to Security Center. Returns 0 if both are there.
 * Errors: those of scanreq_submit() before it sends. Since: 0.1.0.
 */
SCANREQ_API int scanreq_submit_check(struct scanreq_client *client, bool preview,
				     struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Frees a submission. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_submission_free(struct scanreq_submission *submission);

/* Returns the outcome of the request. Since: 0.1.0. */
SCANREQ_API enum scanreq_status scanreq_submission_status(const struct scanreq_submission *s);

/* Returns the name of a status, static: "dry_run". Since: 0.1.0. */
SCANREQ_API const char *scanreq_status_name(enum scanreq_status status);

/* Returns how many times the request was, or may have been, sent. Since: 0.1.0. */
SCANREQ_API int scanreq_submission_attempts(const struct scanreq_submission *s);

/* Returns one text, borrowed from the submission; NULL if absent. Since: 0.1.0. */
SCANREQ_API const char *scanreq_submission_text(const struct scanreq_submission *s,
						enum scanreq_submission_text text);

/*
 * Gives header `i` (from 0) of the request, redacted; *name and *value are borrowed from the
 * submission. Returns false past the last header. Since: 0.1.0.
 */
SCANREQ_API bool scanreq_submission_header(const struct scanreq_submission *s, size_t i,
					   const char **name, const char **value);

#ifdef __cplusplus
}
#endif

#endif
