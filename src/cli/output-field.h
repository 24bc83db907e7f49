/* SPDX-License-Identifier: MIT */
/* Single values of a result by name, for those who want no document. */
#ifndef CLI_OUTPUT_FIELD_H
#define CLI_OUTPUT_FIELD_H

#include <stdbool.h>

#include "base/buf.h"
#include "cli/result.h"

/*
 * The value of a field by its name in the JSON document (of a result, its `request` or
 * its `submission`), or of "exit_code" or "message" (what became of the image, in one
 * line), added to `out` as it is: what a server said may have control characters. False
 * when there is no such field; *known says whether this result has a value for it.
 */
bool output_field(const struct result *result, const char *name, struct buf *out, bool *known);

/* Field `i` by its name, static, from 0; NULL past the last. */
const char *output_field_name(size_t i);

/* 0, or a usage error, which lists the fields, when none has that name. */
int output_check_field(const char *name);

/* Whether a value may go into a runner's file: UTF-8 without control characters. */
bool output_is_plain(const struct buf *value);

/* The members of the service's answer: names in the JSON document, in its order. */
struct answer_field {
	const char *name;
	enum scanreq_submission_text text;
	bool number;
};

/* The table, ended by a row without a name. */
extern const struct answer_field answer_fields[];

/* A text, or NULL when it is empty: the service's answers and facts that say nothing. */
const char *text_or_null(const char *text);

#endif
