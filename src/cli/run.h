/* SPDX-License-Identifier: MIT */
/* One run of inspect or submit: every image in turn, and what became of it. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/options.h"

/* What became of one IMAGE. Members are NULL where it was not reached. */
struct result {
	const char *input; /* borrowed from argv; NULL: a request of overrides alone */
	struct scanreq_image *image;
	struct scanreq_request *request;
	struct scanreq_submission *submission;
	struct scanreq_error error; /* class 0: none */
	bool attempted;             /* false: an earlier failure ended the run */
};

struct report {
	bool submits;
	struct result *results;
	int count;
	int exit_status; /* of the run */
};

/*
 * Works through the images of `settings`. Complaints and warnings go to stderr, results
 * into *report, which report_free() empties. Returns 0, or an exit status when the run
 * could not begin.
 */
int run_images(const struct settings *settings, bool submits, struct report *report);

void report_free(struct report *report);

#endif
