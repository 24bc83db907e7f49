/* SPDX-License-Identifier: MIT */
/* scanreq_doctor() over what submissions work with. */
#ifndef CLOUD_SCAN_DOCTOR_H
#define CLOUD_SCAN_DOCTOR_H

#include <scanreq/doctor.h>

#include "cloud/scan/context.h"

/* Where what is found goes to. */
struct doctor {
	const struct submit_context *context;
	scanreq_check_fn fn;
	void *arg;
	int failed; /* class of the first failure; 0: none */
	struct scanreq_error *err; /* set to the first failure; may be NULL */
};

/* All checks, in the order of a submission. Returns doctor->failed. */
int doctor_run(struct doctor *doctor);

#endif
