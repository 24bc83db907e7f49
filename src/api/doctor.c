/* SPDX-License-Identifier: MIT */
#include <scanreq/doctor.h>

#include "api/client.h"
#include "cloud/scan/doctor.h"

int scanreq_doctor(struct scanreq_client *client, scanreq_check_fn fn, void *arg,
		   struct scanreq_error *err)
{
	struct submit_context context = client_submit_context(client);
	struct doctor doctor = { .context = &context, .fn = fn, .arg = arg, .err = err };

	return client_error(client, doctor_run(&doctor), err);
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
