/* SPDX-License-Identifier: MIT */
/* What became of one IMAGE, and the count of what became of all. */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/scanreq.h>

#include "base/digest.h"

/* Members are NULL where they were not reached. All but `input` are owned. */
struct result {
	const char *input; /* the IMAGE as given; NULL: a request of overrides alone */
	bool submits;      /* of submit, not of inspect */
	bool platform_asked; /* one or all were asked for: none was taken by default */
	struct scanreq_image *image;
	struct scanreq_request *request;
	struct scanreq_submission *submission;
	struct scanreq_task *task; /* as it was seen last */
	int64_t sent_ms;            /* when the request was sent; 0: it was not */
	struct scanreq_findings *findings;
	const char *verdict;        /* of the gate, static: "pass"; NULL: there is no gate */
	struct scanreq_error gate;  /* why it does not pass */
	struct scanreq_error error; /* class 0: none */
	bool attempted;             /* false: an earlier failure ended the run */
	struct digest key;          /* of the request in the journal */
	char *task_before;          /* the task that an earlier request was given; or NULL */
	bool updated_now;           /* ImageUpdate is the clock's */
	bool accepted_before;       /* by the journal or this run: nothing was sent */
	bool unknown_before;        /* an earlier request got no answer: nothing was sent */
	bool repeats;               /* an earlier image of this run made the same request */
};

void result_free(struct result *result);

/* Whether the service has accepted the request in this run, whatever came afterwards. */
bool result_is_filed(const struct result *result);

/* "accepted", as in the JSON document. */
const char *result_status(const struct result *result);

/* A warning about the result itself, static; or NULL. */
const char *result_warning(const struct result *result);

/* A member of the answer, of an earlier run's too, borrowed; or NULL. */
const char *result_answer(const struct result *result, enum scanreq_submission_text text);

/*
 * Results counted by what became of them. An unknown one is not among the failed ones,
 * and not_attempted are those of submit for which nothing was sent, too: dry runs.
 */
struct tally {
	size_t total, accepted, already_accepted, not_attempted, unknown, failed;
	size_t left; /* not attempted, since a failure or a signal came before */
	size_t filed; /* accepted in this run, whatever came afterwards */
	size_t shown; /* by a dry run, or facts by inspect */
	int joined; /* exit statuses, as of several images */
	int last;   /* the exit status of the last result that was attempted */
	int ended;  /* that of what ended the run before its end, such as a signal; else 0 */
	int unwritten; /* that of the first output that failed; else 0 */
};

/* Counts one more result. */
void tally_add(struct tally *tally, const struct result *result);

/*
 * The exit status of the run: that of its one image, or what those of several make. What
 * must not be repeated wins: an outcome that is not known, then a task that was opened and
 * whose result could not be written.
 */
int tally_exit_status(const struct tally *tally);

/*
 * What became of all requests: "accepted" and "already_accepted" when all were,
 * "partly_accepted", "unknown" when one is, "dry_run", "failed" or "not_attempted".
 */
const char *tally_status(const struct tally *tally);

#endif
