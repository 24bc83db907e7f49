/* SPDX-License-Identifier: MIT */
/* Whether what a submission needs is there, and right. Nothing is submitted. */
#ifndef SCANREQ_DOCTOR_H
#define SCANREQ_DOCTOR_H

#include <scanreq/client.h>
#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a check found. Since: 0.1.0. */
enum scanreq_check {
	SCANREQ_CHECK_OK = 0,
	SCANREQ_CHECK_WARNING = 1, /* it may do harm */
	SCANREQ_CHECK_FAILURE = 2, /* it has to be mended first */
};

/*
 * Takes what one check has found: `subject` is static ("credentials"), `text` one line of
 * clean UTF-8 with what to do where it is not ok, without a secret. Since: 0.1.0.
 */
typedef void (*scanreq_check_fn)(void *arg, enum scanreq_check check, const char *subject,
				 const char *text);

/*
 * Checks the credentials, the region or endpoint, whether the service can be reached there and
 * accepts what the keys sign, and this machine's clock against the service's. One request that
 * changes nothing is sent: DescribeImageLatestScanTask, or without keys a GET.
 * Returns 0, or the class of the first failure: what SCANREQ_CHECK_FAILURE told.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_doctor(struct scanreq_client *client, scanreq_check_fn fn, void *arg);

/* A check's name, static: "warning". Since: 0.1.0. */
SCANREQ_API const char *scanreq_check_name(enum scanreq_check check);

#ifdef __cplusplus
}
#endif

#endif
