/* SPDX-License-Identifier: MIT */
/*
 * Records what was filed, on disk before and after each request, so that an interrupted run
 * can be resumed and nothing is filed twice. Without a file it records this run alone.
 *
 * A journal is a text file of JSON lines that is only appended to. The first says that it is
 * one. Before a request goes out, a line "sending" is written and synced; after it one with
 * what became of it. A "sending" without another line is a request whose outcome nobody
 * knows. The key of a request is a SHA-256 over all that makes it what it is. Each line but
 * the first ends with a check of its bytes, so that a damaged one is never taken for what it
 * was not.
 *
 * It is trusted like a flag. While a run has it open it is locked.
 */
#ifndef PIPELINE_JOURNAL_H
#define PIPELINE_JOURNAL_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/digest.h"

struct journal;

/* What a journal knows of a request. */
enum journal_state {
	JOURNAL_NONE,	  /* nothing, or that no task was made */
	JOURNAL_SENDING,  /* it was sent, or was about to be: a task may exist */
	JOURNAL_ACCEPTED, /* the service named a task */
};

/*
 * Opens or makes a journal and reads what is in it; `path` NULL makes one in memory. A last
 * line without its end, left by a run that was killed while writing it, is cut off; an empty
 * file becomes a journal. Anything else that has a line which is not ours is left as it is.
 * Errors: SCANREQ_E_USAGE (no journal, a line that is not as it was written, cannot be
 * opened, in use by another run), SCANREQ_E_NOMEM.
 */
int journal_open(const char *path, struct journal **journal, struct scanreq_error *err);

void journal_free(struct journal **journal);

/* What was known of a request. */
struct journal_past {
	enum journal_state state;
	bool own;      /* it was sent by this run */
	char *task_id; /* the caller's; NULL unless JOURNAL_ACCEPTED */
};

/*
 * Takes a request for `input` in hand: looks it up by its key (SHA-256) and, when the state
 * is JOURNAL_NONE, notes on disk that it is about to be sent. Then alone, and when this does
 * not fail, the caller sends it and calls journal_end(). *past is all-zero before. When
 * another thread has a request of the same key in hand, that one's end is waited for.
 * Errors: SCANREQ_E_INTERNAL (the disk), SCANREQ_E_NOMEM.
 */
int journal_begin(struct journal *journal, const struct digest *key, const char *input,
		  struct journal_past *past, struct scanreq_error *err);

/* One request's end. Nothing is owned. */
struct journal_end {
	enum journal_state state; /* JOURNAL_SENDING: the outcome is not known */
	const char *task_id;	  /* or NULL */
};

/* Notes, on disk, what became of it, and lets go of it in any case. Errors as above. */
int journal_end(struct journal *journal, const struct digest *key,
		const struct journal_end *end, struct scanreq_error *err);

#endif
