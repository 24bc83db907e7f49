/* SPDX-License-Identifier: MIT */
/*
 * Decides by the journal whether a request may be sent. The journal has the requests of this
 * run and, with --journal, those of earlier runs.
 */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H

#include "cli/settings.h"
#include "cli/result.h"
#include "pipeline/journal.h"

/*
 * Looks the request of *result up, and notes that it is about to be sent. *send says
 * whether to: not when it was accepted before (the result says so, and whether by this
 * run), nor when an earlier request saw no answer, which is an error of class
 * SCANREQ_E_UNKNOWN. The same request in another thread is waited for: listed twice, it is
 * filed once.
 * Errors: those, and the journal's.
 */
int ledger_begin(struct journal *journal, const struct settings *settings,
		 struct result *result, bool *send);

/* For a dry run: records the request as shown, and whether this run has shown it before. */
int ledger_show(struct journal *journal, const struct settings *settings,
		struct result *result);

/*
 * Notes what became of it; the result's error wins over one of the journal, which is of class
 * SCANREQ_E_UNSEEN once a task was opened.
 */
int ledger_end(struct journal *journal, struct result *result);

#endif
