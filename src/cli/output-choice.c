/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/output-choice.h"

/* In the order of enum output_format. */
static const char *const names[] = { "text", "json", "ndjson", "dotenv", "github",
				     "sarif", "gitlab" };

void output_choices_free(struct output_choices *choices)
{
	for (int i = 0; i < choices->count; i++)
		free(TAKE(choices->items[i].path));
	choices->count = 0;
}

/* The format of that name, or -1. */
static int format_of(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return (int)i;
	return -1;
}

static struct output_choice *next_choice(struct output_choices *choices, bool command_line)
{
	if (choices->inherited && command_line)
		output_choices_free(choices);
	choices->inherited = !command_line;
	return choices->count < OUTPUTS_MAX ? &choices->items[choices->count++] : NULL;
}

int output_choices_add(struct output_choices *choices, const char *value, const char *said)
{
	size_t len = strcspn(value, "=");
	int format = format_of(value, len);
	struct output_choice *choice;

	if (format < 0)
		return usage_error("%s must be text, json, ndjson, dotenv, github, sarif or "
				   "gitlab, with or without =FILE, not \"%s\"",
				   said, value);
	if (value[len] && (!value[len + 1] || strcmp(value + len, "=-") == 0))
		return usage_error("%s %s names no file", said, value);
	choice = next_choice(choices, str_prefix(said, "--", NULL));
	if (!choice)
		return usage_error("%s is given more than %d times", said, OUTPUTS_MAX);
	choice->format = (enum output_format)format;
	return value[len] && str_copy(&choice->path, value + len + 1) ? memory_error() : 0;
}

/* Whether an earlier choice has the path of choice `i`. */
static bool is_repeated(const struct output_choices *choices, int i)
{
	for (int k = 0; k < i; k++)
		if (str_equal(choices->items[k].path, choices->items[i].path))
			return true;
	return false;
}

int output_choices_check(const struct output_choices *choices, const char *standard)
{
	for (int i = 0; i < choices->count; i++) {
		const struct output_choice *choice = &choices->items[i];
		const char *name = names[choice->format];

		if (choice->path && is_repeated(choices, i))
			return usage_error("-o writes %s twice: name two files", choice->path);
		if (choice->path || choice->format == OUTPUT_GITHUB)
			continue;
		/* One form for a whole job gives way to a value that is asked for here. */
		if (standard && choices->inherited)
			continue;
		if (standard)
			return usage_error(
				"%s and -o %s both want standard output: choose one, "
				"or say -o %s=FILE",
				standard, name, name);
		standard = "another -o";
	}
	return 0;
}
