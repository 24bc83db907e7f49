/* SPDX-License-Identifier: MIT */
#include <scanreq/scanreq.h>

#include "base/code.h"

const char *scanreq_version(void)
{
	return PACKAGE_VERSION;
}

int scanreq_version_number(void)
{
	return SCANREQ_VERSION_NUMBER;
}

const char *scanreq_class_name(int klass)
{
	switch ((enum scanreq_class)klass) {
	case SCANREQ_OK:
		return "ok";
	case SCANREQ_E_NOMEM:
		return "nomem";
	case SCANREQ_E_USAGE:
		return "usage";
	case SCANREQ_E_NOT_FOUND:
		return "not_found";
	case SCANREQ_E_UNREADABLE:
		return "unreadable";
	case SCANREQ_E_AMBIGUOUS:
		return "ambiguous";
	case SCANREQ_E_PLATFORM:
		return "platform";
	case SCANREQ_E_DENIED:
		return "denied";
	case SCANREQ_E_UNAVAILABLE:
		return "unavailable";
	case SCANREQ_E_REFUSED:
		return "refused";
	case SCANREQ_E_MISMATCH:
		return "mismatch";
	case SCANREQ_E_UNKNOWN:
		return "unknown";
	case SCANREQ_E_CANCELLED:
		return "cancelled";
	case SCANREQ_E_UNSEEN:
		return "unseen";
	case SCANREQ_E_TASK_FAILED:
		return "task_failed";
	case SCANREQ_E_FINDINGS:
		return "findings";
	case SCANREQ_E_NO_VERDICT:
		return "no_verdict";
	case SCANREQ_E_INTERNAL:
		break;
	}
	return "internal";
}

const char *scanreq_code_name(int code)
{
	return code_name(code);
}

int scanreq_code_class(int code)
{
	return code_class(code);
}
