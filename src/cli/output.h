/* SPDX-License-Identifier: MIT */
/*
 * Results on standard output: text, JSON, one bare value, or the bytes of a document.
 * Everything is built in memory first, so that a failure leaves nothing half written.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/buf.h"
#include "cli/run.h"

/* Writes the report in the form that was asked for. Returns the exit status of the run. */
int output_write(const struct settings *settings, const struct report *report);

/* The whole report as one JSON document of schema "scanreq/1". */
void output_json(const struct report *report, struct buf *out);

/* One result as text. */
void output_text(const struct settings *settings, const struct report *report,
		 const struct result *result, struct buf *out);

/*
 * The value of a field by its name in the JSON document (of a result, its `request` or
 * its `submission`), added to `out`. False when there is no such field; *known says
 * whether this result has a value for it.
 */
bool output_field(const struct result *result, const char *name, struct buf *out, bool *known);

/* The members of the service's answer: names in the JSON document, in its order. */
struct answer_field {
	const char *name;
	enum scanreq_submission_text text;
	bool number;
};

/* The table, ended by a row without a name. */
extern const struct answer_field answer_fields[];

/* 0, or a usage error when no field has that name. */
int output_check_field(const char *name);

/* A text, or NULL when it is empty: the service's answers and facts that say nothing. */
const char *text_or_null(const char *text);

#endif
