/* SPDX-License-Identifier: MIT */
/*
 * Submitting a scan request, or showing what would be sent.
 *
 * An accepted request has opened a task. It does not mean that anything was scanned.
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

/* What became of a request. Since: 0.1.0. */
enum scanreq_status {
	SCANREQ_STATUS_NOT_ATTEMPTED = 0, /* nothing was sent */
	SCANREQ_STATUS_DRY_RUN = 1,       /* the request was only built */
	SCANREQ_STATUS_ACCEPTED = 2,      /* the service named a task */
	SCANREQ_STATUS_FAILED = 3,        /* the service made no task */
	SCANREQ_STATUS_UNKNOWN = 4,       /* a task may exist: do not repeat the request */
};

/*
 * Texts of a submission: the answer's members, then the parts of the request.
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
	SCANREQ_SUBMISSION_STRING_TO_SIGN = 11,    /* "" when the request is unsigned */
	SCANREQ_SUBMISSION_COUNT_
};

/*
 * Sends `request` to the service and reads the answer; again, up to SCANREQ_OPT_RETRY times,
 * where it is certain that nothing came of the last attempt, and on doubt only with
 * SCANREQ_OPT_RETRY_AMBIGUOUS. *submission is set whatever happens, save when out of memory,
 * and is the caller's to free: a failed call has its status there and its reason in `err`.
 * Errors: SCANREQ_E_USAGE (no region, fixed time or nonce), SCANREQ_E_DENIED,
 * SCANREQ_E_UNAVAILABLE, SCANREQ_E_REFUSED, SCANREQ_E_UNKNOWN, SCANREQ_E_NOMEM.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_submit(struct scanreq_client *client,
			       const struct scanreq_request *request,
			       struct scanreq_submission **submission, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Builds and signs the request as scanreq_submit() would and sends nothing. Without
 * keys the request is unsigned. Secrets in its texts are redacted, the signature too
 * unless SCANREQ_OPT_SHOW_SIGNATURE is set. Errors: SCANREQ_E_USAGE, SCANREQ_E_DENIED (a
 * key without its other half), SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_submit_preview(struct scanreq_client *client,
				       const struct scanreq_request *request,
				       struct scanreq_submission **submission,
				       struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Checks what a submission needs beside its request: endpoint and keys (a preview does
 * without keys). Asking first spares the reading of an image for nothing.
 * Errors: as scanreq_submit() gives them before it sends. Since: 0.1.0.
 */
SCANREQ_API int scanreq_submit_check(struct scanreq_client *client, bool preview,
				     struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Frees a submission. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_submission_free(struct scanreq_submission *submission);

/* What became of the request. Since: 0.1.0. */
SCANREQ_API enum scanreq_status scanreq_submission_status(const struct scanreq_submission *s);

/* A status's name, static: "dry_run". Since: 0.1.0. */
SCANREQ_API const char *scanreq_status_name(enum scanreq_status status);

/* How many times the request was sent or may have been sent. Since: 0.1.0. */
SCANREQ_API int scanreq_submission_attempts(const struct scanreq_submission *s);

/* One text, borrowed, or NULL where it is absent. Since: 0.1.0. */
SCANREQ_API const char *scanreq_submission_text(const struct scanreq_submission *s,
						enum scanreq_submission_text text);

/*
 * Header `i` of the request as it is sent, redacted, borrowed; false past the end.
 * Since: 0.1.0.
 */
SCANREQ_API bool scanreq_submission_header(const struct scanreq_submission *s, size_t i,
					   const char **name, const char **value);

#ifdef __cplusplus
}
#endif

#endif
