/* SPDX-License-Identifier: MIT */
/* Checks of everything that a submission needs. They submit nothing. */
#ifndef SCANREQ_DOCTOR_H
#define SCANREQ_DOCTOR_H

#include <scanreq/client.h>
#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The result of a check. Since: 0.1.0. */
enum scanreq_check {
	SCANREQ_CHECK_OK = 0,
	SCANREQ_CHECK_WARNING = 1, /* a submission may fail or do harm */
	SCANREQ_CHECK_FAILURE = 2, /* a submission fails */
};

/*
 * Receives the result of one check. `subject` is a static name ("credentials"). `text` is
 * one line of UTF-8 without secrets and control characters; unless the result is
 * SCANREQ_CHECK_OK, it says what to do. It is valid during the call. Since: 0.1.0.
 */
typedef void (*scanreq_check_fn)(void *arg, enum scanreq_check check, const char *subject,
				 const char *text);

/*
 * Runs all checks and passes each result, with `arg`, to `fn`: whether there are credentials
 * and a region or endpoint, whether the service answers there and accepts the keys'
 * signature, and whether this machine's clock agrees with the service's. It sends one request
 * that changes nothing: DescribeImageLatestScanTask, or a GET if there are no keys.
 * Returns 0 if no check failed.
 * Errors: that of the first check that failed. Since: 0.1.0.
 */
SCANREQ_API int scanreq_doctor(struct scanreq_client *client, scanreq_check_fn fn, void *arg,
			       struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Returns the name of a check's result, static: "warning". Since: 0.1.0. */
SCANREQ_API const char *scanreq_check_name(enum scanreq_check check);

#ifdef __cplusplus
}
#endif

#endif
