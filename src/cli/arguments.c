/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/str.h"
#include "cli/arguments.h"
#include "cli/diagnostics.h"
#include "cli/unknown-option.h"

struct arguments arguments_of(const struct command *command, int argc, char **argv)
{
	return (struct arguments){ .command = command, .argc = argc, .argv = argv, .next = 1 };
}

static const struct argument wrong = { .kind = ARGUMENT_WRONG };

static struct argument argument_of(const struct option_row *row, const char *value)
{
	return (struct argument){ .kind = ARGUMENT_OPTION, .row = row, .value = value };
}

/* The value is the next word, whatever it looks like. */
static struct argument arguments_value(struct arguments *a, const struct option_row *row)
{
	if (!row->argument)
		return argument_of(row, NULL);
	if (a->next < a->argc)
		return argument_of(row, a->argv[a->next++]);
	usage_error("--%s needs %s: try 'scanreq help %s'", row->name, row->argument,
		    a->command->name);
	return wrong;
}

/* A word after its "--". What stands behind "=" is never in a complaint. */
static struct argument arguments_long(struct arguments *a, const char *word)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_row *row = option_by_name(a->command, word, length);

	if (!row) {
		unknown_option(a->command, word, length);
		return wrong;
	}
	if (!equals)
		return arguments_value(a, row);
	if (row->argument)
		return argument_of(row, equals + 1);
	usage_error("--%s takes no value: try 'scanreq help %s'", row->name, a->command->name);
	return wrong;
}

static struct argument arguments_letter(struct arguments *a)
{
	const char *word = a->letters;
	const struct option_row *row = option_by_letter(a->command, *word);

	a->letters = word[1] ? word + 1 : NULL;
	if (!row) {
		unknown_letter(a->command, word);
		return wrong;
	}
	if (!row->argument || !a->letters)
		return arguments_value(a, row);
	a->letters = NULL;
	return argument_of(row, word + 1);
}

struct argument arguments_next(struct arguments *a)
{
	const char *word;

	if (a->letters)
		return arguments_letter(a);
	if (a->next >= a->argc)
		return (struct argument){ .kind = ARGUMENT_END };
	word = a->argv[a->next++];
	if (a->operands_only || word[0] != '-' || word[1] == '\0')
		return (struct argument){ .kind = ARGUMENT_OPERAND, .value = word };
	if (strcmp(word, "--") == 0) {
		a->operands_only = true;
		return arguments_next(a);
	}
	if (word[1] == '-')
		return arguments_long(a, word + 2);
	/* "-output" is no -o with "utput". */
	if (word[2] && option_by_name(a->command, word + 1, strlen(word + 1))) {
		unknown_letter(a->command, word + 1);
		return wrong;
	}
	a->letters = word + 1;
	return arguments_letter(a);
}
