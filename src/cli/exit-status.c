/* SPDX-License-Identifier: MIT */
#include <scanreq/error.h>

#include "cli/exit-status.h"

int exit_status_of(int klass)
{
	switch ((enum scanreq_class)klass) {
	case SCANREQ_OK:
		return EXIT_DONE;
	case SCANREQ_E_INTERNAL:
	case SCANREQ_E_NOMEM:
		return EXIT_INTERNAL;
	case SCANREQ_E_USAGE:
		return EXIT_USAGE;
	case SCANREQ_E_NOT_FOUND:
	case SCANREQ_E_UNREADABLE:
	case SCANREQ_E_AMBIGUOUS:
	case SCANREQ_E_PLATFORM:
		return EXIT_IMAGE;
	case SCANREQ_E_DENIED:
		return EXIT_DENIED;
	case SCANREQ_E_UNAVAILABLE:
	case SCANREQ_E_CANCELLED:
		return EXIT_UNAVAILABLE;
	case SCANREQ_E_REFUSED:
		return EXIT_REFUSED;
	case SCANREQ_E_MISMATCH:
		return EXIT_MISMATCH;
	case SCANREQ_E_UNSEEN:
		return EXIT_UNSEEN;
	case SCANREQ_E_TASK_FAILED:
		return EXIT_TASK_FAILED;
	case SCANREQ_E_UNKNOWN:
		return EXIT_UNKNOWN;
	case SCANREQ_E_FINDINGS:
		return EXIT_FINDINGS;
	case SCANREQ_E_NO_VERDICT:
		return EXIT_NO_VERDICT;
	}
	return EXIT_INTERNAL;
}

int exit_status_join(int run, int one)
{
	/* A task that exists, or may exist, matters more than another failure. */
	if (run == EXIT_UNKNOWN || one == EXIT_UNKNOWN)
		return EXIT_UNKNOWN;
	if (run == EXIT_UNSEEN || one == EXIT_UNSEEN)
		return EXIT_UNSEEN;
	if (run == EXIT_FINDINGS || one == EXIT_FINDINGS)
		return EXIT_FINDINGS;
	if (run == EXIT_NO_VERDICT || one == EXIT_NO_VERDICT)
		return EXIT_NO_VERDICT;
	return run == EXIT_DONE && one == EXIT_DONE ? EXIT_DONE : EXIT_SOME_FAILED;
}
