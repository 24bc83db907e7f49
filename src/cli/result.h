/* SPDX-License-Identifier: MIT */
/* What became of one IMAGE, and the count of what became of all. */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/scanreq.h>

/* Members are NULL where they were not reached. All but `input` are owned. */
struct result {
	const char *input; /* the IMAGE as given; NULL: a request of overrides alone */
	bool submits;      /* of submit, not of inspect */
	struct scanreq_image *image;
	struct scanreq_request *request;
	struct scanreq_submission *submission;
	struct scanreq_error error; /* class 0: none */
	bool attempted;             /* false: an earlier failure ended the run */
};

void result_free(struct result *result);

enum scanreq_status result_status(const struct result *result);

/*
 * Results counted by what became of them. An unknown one is not among the failed ones,
 * and not_attempted are those of submit for which nothing was sent, too: dry runs.
 */
struct tally {
	size_t total, accepted, not_attempted, unknown, failed;
	int joined; /* exit statuses, as of several images */
	int last;   /* the exit status of the last result that was attempted */
};

/* Counts one more result. */
void tally_add(struct tally *tally, const struct result *result);

/* The exit status of the run: that of its one image, or what those of several make. */
int tally_exit_status(const struct tally *tally);

#endif
