/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/arguments.h"
#include "cli/built.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/findings.h"
#include "cli/inputs.h"
#include "cli/option-set.h"
#include "cli/options.h"
#include "pipeline/image-list.h"

#define DEFAULT_JOBS 4

/* --- the environment --------------------------------------------------------------- */

/* `value` is NULL for a switch of the command line. */
static int apply(struct settings *s, const struct option_row *row, const char *value,
		 enum option_origin origin)
{
	char said[OPTION_NAME_SIZE];
	bool on;

	option_set_origin(row, origin);
	if (!row->argument && value && !str_to_bool(value, &on))
		return usage_error("%s must be true or false, not \"%s\"",
				   option_said(row, said), value);
	return row->set(s, row, value ? value : "true");
}

static int apply_variables(struct settings *s, const struct option_row *row)
{
	char twin[OPTION_NAME_SIZE];
	const char *value;

	option_twin_name(row, twin);
	value = env_value(twin);
	if (value)
		return apply(s, row, value, ORIGIN_TWIN);
	value = row->fallback ? env_value(row->fallback) : NULL;
	return value ? apply(s, row, value, ORIGIN_FALLBACK) : 0;
}

static int apply_environment(struct settings *s, const struct command *command)
{
	int failed = 0;

	for (const struct option_row *row = option_table; row->name && !failed; row++)
		if (row->twin && (row->commands & command->bit))
			failed = apply_variables(s, row);
	return failed;
}

/* --- the command line -------------------------------------------------------------- */

/* Operands move to the front of argv, where nothing is left to read. */
static int parse_arguments(struct settings *s, const struct command *command, int argc,
			   char **argv)
{
	struct arguments arguments = arguments_of(command, argc, argv);
	struct argument argument;
	int failed = 0;

	s->images = argv + 1;
	while (!failed && !s->help &&
	       (argument = arguments_next(&arguments)).kind != ARGUMENT_END) {
		if (argument.kind == ARGUMENT_WRONG)
			failed = EXIT_USAGE;
		else if (argument.kind == ARGUMENT_OPERAND)
			s->images[s->image_count++] = argv[arguments.next - 1];
		else
			failed = apply(s, argument.row, argument.value, ORIGIN_COMMAND_LINE);
	}
	return failed;
}

/* --- standard input ---------------------------------------------------------------- */

/* `who` reads standard input; *taken is who does so already, or "". */
static int take_stdin(const char *who, char taken[OPTION_NAME_SIZE], bool may_be_terminal)
{
	if (*taken)
		return usage_error("standard input can be read once: by %s or by %s", taken, who);
	snprintf(taken, OPTION_NAME_SIZE, "%s", who);
	if (!may_be_terminal && isatty(STDIN_FILENO))
		return usage_error("standard input is a terminal, and %s reads it: pipe something "
				   "in, as in docker save IMAGE | scanreq ... -", who);
	return 0;
}

/* How often the option reads standard input. */
static size_t stdin_uses(struct settings *s, const struct option_row *row)
{
	void *member = option_member(s, row);
	size_t uses = 0;

	if (row->store == STORE_TEXT)
		return str_equal(*(char **)member, "-");
	if (row->store != STORE_LIST)
		return option_is_given(s, row);
	for (size_t i = 0; i < ((struct strv *)member)->count; i++)
		uses += strcmp(((struct strv *)member)->items[i], "-") == 0;
	return uses;
}

static int check_images(const struct settings *s, char taken[OPTION_NAME_SIZE])
{
	int failed = 0;

	for (int i = 0; i < s->image_count && !failed; i++) {
		if (*s->images[i] == '\0')
			return usage_error("an IMAGE is empty: is a variable not set?");
		if (image_is_stdin(s->images[i]))
			failed = take_stdin("one IMAGE", taken, false);
	}
	return failed;
}

static int check_stdin(struct settings *s)
{
	char said[OPTION_NAME_SIZE], taken[OPTION_NAME_SIZE] = "";
	int failed = 0;

	for (const struct option_row *row = option_table; row->name; row++) {
		if (!(row->traits & OPTION_STDIN))
			continue;
		/* A password may be typed. */
		for (size_t n = stdin_uses(s, row); n > 0 && !failed; n--)
			failed = take_stdin(option_said(row, said), taken, !row->argument);
	}
	return failed ? failed : check_images(s, taken);
}

/* --- options that exclude each other ----------------------------------------------- */

static bool is_for_all_platforms(const struct settings *s)
{
	return str_equal(s->image.selection[SCANREQ_SELECT_PLATFORM], "all");
}

static int check_option(const struct settings *s, const struct option_row *row)
{
	char said[OPTION_NAME_SIZE];

	option_said(row, said);
	if ((row->traits & OPTION_NEEDS_IMAGE) && !inputs_are_any(s))
		return usage_error("%s checks an image, and there is none: name an IMAGE", said);
	if ((row->traits & OPTION_OF_PLATFORM) && is_for_all_platforms(s))
		return usage_error("%s is about one image: name its platform in place of "
				   "--platform all", said);
	if ((row->traits & OPTION_OF_IMAGE) && inputs_are_many(s))
		return usage_error("%s is about one image, but several are given: name one IMAGE%s",
				   said, option_is_of_image(row)
						 ? ", or set it in a line of --images-from"
						 : "");
	return 0;
}

static int options_check(const struct settings *s)
{
	char said[OPTION_NAME_SIZE], printer[OPTION_NAME_SIZE] = "";

	for (const struct option_row *row = option_table; row->name; row++) {
		int failed = option_is_given(s, row) ? check_option(s, row) : 0;

		if (failed)
			return failed;
		if (!(row->traits & OPTION_STDOUT) || !option_is_given(s, row))
			continue;
		if (*printer)
			return usage_error("%s and %s both want standard output: choose one",
					   printer, option_said(row, said));
		option_said(row, printer);
	}
	if (s->shard.count > 0 && !inputs_are_many(s))
		return usage_error("--shard takes a part of several images: give --images-from");
	return output_choices_check(&s->outputs, *printer ? printer : NULL);
}

int settings_parse(struct settings *settings, const struct command *command, int argc, char **argv,
		   int *status)
{
	memset(settings, 0, sizeof(*settings));
	settings->client = scanreq_options_new();
	settings->jobs = DEFAULT_JOBS;
	if (!settings->client) {
		*status = memory_error();
		return -1;
	}
	*status = apply_environment(settings, command);
	if (!*status)
		*status = parse_arguments(settings, command, argc, argv);
	if (settings->help) {
		help_write(command);
		return -1;
	}
	if (!*status)
		*status = check_stdin(settings);
	if (!*status)
		*status = built_read(settings);
	if (!*status)
		*status = options_check(settings);
	return *status ? -1 : 0;
}

void settings_free(struct settings *settings)
{
	scanreq_options_free(settings->client);
	image_options_free(&settings->image);
	free(settings->images_from);
	free(settings->journal);
	free(settings->region);
	free(settings->endpoint);
	free(settings->fixed_time);
	output_choices_free(&settings->outputs);
	strv_free(&settings->writes);
	strv_free(&settings->from);
	strv_free(&settings->built);
	free(settings->get);
	free(settings->raw);
	free(settings->token_file);
	free(settings->task_id);
}
