/* SPDX-License-Identifier: MIT */
/* scanreq_doctor() on the context of submissions. */
#ifndef CLOUD_SCAN_DOCTOR_H
#define CLOUD_SCAN_DOCTOR_H

#include <scanreq/doctor.h>

#include "cloud/scan/context.h"

/* A run of the checks, and the receiver of their results. */
struct doctor {
	const struct submit_context *context;
	scanreq_check_fn fn;
	void *arg;
	int failed; /* class of the first failure; 0: none */
	struct scanreq_error *err; /* set to the first failure; may be NULL */
};

/* Runs all checks in the order of a submission. Returns doctor->failed. */
int doctor_run(struct doctor *doctor);

#endif
