/* SPDX-License-Identifier: MIT */
/* Which forms of the result were asked for, and where they go: -o FORM[=FILE]. */
#ifndef CLI_OUTPUT_CHOICE_H
#define CLI_OUTPUT_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_DOTENV, OUTPUT_GITHUB,
		     OUTPUT_SARIF, OUTPUT_GITLAB };

struct output_choice {
	enum output_format format;
	char *path; /* NULL: standard output, or the files that GitHub's runner names */
};

/* More of them than anybody has use for. */
#define OUTPUTS_MAX 8

struct output_choices {
	struct output_choice items[OUTPUTS_MAX];
	int count;      /* 0: text on standard output, unless another option takes that */
	bool inherited; /* they are from the environment */
};

/*
 * Adds one; `said` is how the user said it. The first of the command line takes the place
 * of the environment's. Returns 0, or the exit status after a complaint.
 */
int output_choices_add(struct output_choices *choices, const char *value, const char *said);

/*
 * Complains when two want standard output or the same file; `standard` is another option
 * that takes standard output, or NULL; a form of the environment gives way to that one.
 * Returns 0 or the exit status.
 */
int output_choices_check(const struct output_choices *choices, const char *standard);

void output_choices_free(struct output_choices *choices);

#endif
