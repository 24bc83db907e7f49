/* SPDX-License-Identifier: MIT */
/*
 * Results on standard output: text, JSON, one bare value, or the bytes of a document. They
 * come one by one, in the order of the input. What is written is built in memory first, so
 * that a failure leaves nothing half written: each result of its own, the JSON document as
 * a whole.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/buf.h"
#include "base/json.h"
#include "cli/options.h"
#include "cli/result.h"

struct output {
	const struct settings *settings;
	struct buf document;     /* the JSON document so far */
	struct json_writer json; /* into it */
	bool begun;              /* something of the text form is written */
	int status;              /* a value that is asked for and not known; else 0 */
};

/* Begins in the form that was asked for. */
void output_begin(struct output *output, const struct settings *settings);

/* One more result. */
void output_result(struct output *output, const struct result *result);

/* Ends, and returns the exit status of the run. */
int output_end(struct output *output, const struct tally *tally);

/* Frees what an output holds that was not ended. */
void output_free(struct output *output);

/* The document of schema "scanreq/1" in its parts: one result, and what is around all. */
void output_json_begin(struct json_writer *w);
void output_json_result(struct json_writer *w, const struct result *result);
void output_json_summary(struct json_writer *w, const struct tally *tally);
void output_json_end(struct json_writer *w, const struct tally *tally);

/* One result as text. */
void output_text(const struct settings *settings, const struct result *result,
		 struct buf *out);

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
