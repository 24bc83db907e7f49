/* SPDX-License-Identifier: MIT */
/* The exported functions about checks: delegation. */
#include <scanreq/doctor.h>

#include "api/client.h"
#include "cloud/scan/doctor.h"

int scanreq_doctor(struct scanreq_client *client, scanreq_check_fn fn, void *arg)
{
	struct submit_context context = client_submit_context(client);
	struct doctor doctor = { .context = &context, .fn = fn, .arg = arg };

	return doctor_run(&doctor);
}

const char *scanreq_check_name(enum scanreq_check check)
{
	switch (check) {
	case SCANREQ_CHECK_OK:
		return "ok";
	case SCANREQ_CHECK_WARNING:
		return "warning";
	case SCANREQ_CHECK_FAILURE:
		break;
	}
	return "failure";
}
