/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/arguments.h"
#include "cli/built.h"
#include "cli/color.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "pipeline/batch.h"
#include "pipeline/image-list.h"

/* Images at the same time, unless the user says another number. */
#define DEFAULT_JOBS 4

/* --- applying one option ----------------------------------------------------------- */

/* Replaces an owned text. */
static int options_set_text(char **text, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return memory_error();
	free(*text);
	*text = copy;
	return 0;
}

static int add_write(struct settings *s, const char *value, const char *said)
{
	const char *equals = strchr(value, '=');

	if (!equals || equals == value || !equals[1])
		return usage_error("%s must be FIELD=PATH, not \"%s\"", said, value);
	return strv_add(&s->writes, value) ? memory_error() : 0;
}

static int set_raw(struct settings *s, const char *value, const char *said)
{
	if (strcmp(value, "manifest") != 0 && strcmp(value, "index") != 0 &&
	    strcmp(value, "config") != 0)
		return usage_error("%s must be manifest, index or config, not \"%s\"", said, value);
	return options_set_text(&s->raw, value);
}

static int set_jobs(struct settings *s, const char *value, const char *said)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int64_t jobs;

	if (!str_to_int64(value, &jobs) || jobs < 1 || jobs > BATCH_JOBS_MAX)
		return usage_error("%s must be a number from 1 to %d, not \"%s\"", said,
				   BATCH_JOBS_MAX, value);
	s->jobs = (size_t)jobs;
	return scanreq_options_set(s->client, SCANREQ_OPT_CONNECTIONS, value, &err)
		       ? complaint(&err)
		       : 0;
}

static const char *variable(const char *name)
{
	return getenv(name);
}

static int set_shard(struct settings *s, const char *value)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	return shard_parse(value, variable, &s->shard, &err) ? complaint(&err) : 0;
}

static int set_program(struct settings *s, int id, const char *value, const char *said)
{
	bool on = true;

	/* A switch of the command line has no value; its twin has one. */
	if (value)
		str_to_bool(value, &on);
	switch ((enum setting)id) {
	case SETTING_OUTPUT:
		return output_choices_add(&s->outputs, value, said);
	case SETTING_FROM:
		return strv_add(&s->from, value) ? memory_error() : 0;
	case SETTING_WRITE:
		return add_write(s, value, said);
	case SETTING_GET:
		return options_set_text(&s->get, value);
	case SETTING_COLOR:
		return color_set(value) ? 0
					: usage_error("%s must be auto, always or never, not"
						      " \"%s\"", said, value);
	case SETTING_RAW:
		return set_raw(s, value, said);
	case SETTING_JOBS:
		return set_jobs(s, value, said);
	case SETTING_IMAGES_FROM:
		return options_set_text(&s->images_from, value);
	case SETTING_SHARD:
		return set_shard(s, value);
	case SETTING_JOURNAL:
		return options_set_text(&s->journal, value);
	case SETTING_TOKEN_FILE:
		return options_set_text(&s->token_file, value);
	case SETTING_TASK_ID:
		return *value ? options_set_text(&s->task_id, value)
			      : usage_error("%s is empty: is a variable not set?", said);
	case SETTING_WAIT:
		s->wait = on;
		break;
	case SETTING_EXPLAIN:
		s->explain = on;
		break;
	case SETTING_QUIET:
		s->quiet = on;
		break;
	case SETTING_VERBOSE:
		s->verbosity++;
		break;
	case SETTING_KEEP_GOING:
		s->keep_going = on;
		break;
	case SETTING_DRY_RUN:
		s->dry_run = on;
		break;
	case SETTING_PASSWORD_STDIN:
		s->password_stdin = on;
		break;
	case SETTING_HELP:
		break;
	}
	return 0;
}

/* What the program, too, has to know of the client's settings. */
static int note_client(struct settings *s, int id, const char *value)
{
	bool on;

	if (id == SCANREQ_OPT_OFFLINE)
		s->offline = !value || (str_to_bool(value, &on) && on);
	if (id == SCANREQ_OPT_REGION)
		return options_set_text(&s->region, value);
	if (id == SCANREQ_OPT_FIXED_TIME)
		return options_set_text(&s->fixed_time, value);
	return id == SCANREQ_OPT_ENDPOINT ? options_set_text(&s->endpoint, value) : 0;
}

/*
 * Applies a row. `said` is how the user said it ("--region", "SCANREQ_REGION"), for
 * complaints; `value` is NULL for a switch of the command line.
 */
static int apply(struct settings *s, const struct option_row *row, const char *value,
		 const char *said)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = 0;
	bool on;

	if (!row->argument && value && !str_to_bool(value, &on))
		return usage_error("%s must be true or false, not \"%s\"", said, value);
	switch (row->target) {
	case TARGET_PROGRAM:
		return set_program(s, row->id, value, said);
	case TARGET_PARAMETER:
	case TARGET_SELECTION:
		if (row->target == TARGET_PARAMETER || row->id == SCANREQ_SELECT_IMAGE ||
		    row->id == SCANREQ_SELECT_NAME)
			s->per_image = true;
		if (row->target == TARGET_SELECTION &&
		    (row->id == SCANREQ_SELECT_REQUIRE_TAG_MATCH ||
		     row->id == SCANREQ_SELECT_VERIFY_LAYERS))
			s->demand = row->name;
		failed = image_options_set(&s->image, row, value ? value : "true", &err);
		break;
	case TARGET_CLIENT:
		failed = note_client(s, row->id, value);
		if (failed)
			return failed;
		failed = scanreq_options_set(s->client, (enum scanreq_option)row->id,
					     value ? value : "true", &err);
		break;
	}
	return failed ? complaint(&err) : 0;
}

/* --- the environment --------------------------------------------------------------- */

static int apply_variable(struct settings *s, const struct option_row *row, const char *name,
			  bool *applied)
{
	const char *value = env_value(name);

	if (!value)
		return 0;
	*applied = true;
	return apply(s, row, value, name);
}

static int apply_environment(struct settings *s, const struct command *command)
{
	for (const struct option_row *row = option_table; row->name; row++) {
		char name[64];
		bool applied = false;
		int failed;

		if (!row->twin || !(row->commands & command->bit))
			continue;
		option_twin_name(row, name);
		failed = apply_variable(s, row, name, &applied);
		if (!failed && !applied && row->fallback)
			failed = apply_variable(s, row, row->fallback, &applied);
		if (failed)
			return failed;
	}
	return 0;
}

/* --- the command line -------------------------------------------------------------- */

/* Operands move to the front of argv, where nothing is left to read. */
static int parse_arguments(struct settings *s, const struct command *command, int argc, char **argv,
			   bool *help)
{
	struct arguments arguments = arguments_of(command, argc, argv);
	struct argument argument;
	char said[64];
	int failed;

	s->images = argv + 1;
	while ((argument = arguments_next(&arguments)).kind != ARGUMENT_END) {
		if (argument.kind == ARGUMENT_WRONG)
			return EXIT_USAGE;
		if (argument.kind == ARGUMENT_OPERAND) {
			s->images[s->image_count++] = argv[arguments.next - 1];
			continue;
		}
		if (argument.row->target == TARGET_PROGRAM && argument.row->id == SETTING_HELP) {
			*help = true;
			return 0;
		}
		snprintf(said, sizeof(said), "--%s", argument.row->name);
		failed = apply(s, argument.row, argument.value, said);
		if (failed)
			return failed;
	}
	return 0;
}

/* --- what belongs together --------------------------------------------------------- */

static bool is_for_all_platforms(const struct settings *s)
{
	const char *platform = s->image.selection[SCANREQ_SELECT_PLATFORM];

	return platform && strcmp(platform, "all") == 0;
}

/* What cannot be true, or shown, of every platform's image. */
static const char *option_of_one_platform(const struct settings *s)
{
	if (s->get || s->raw || s->writes.count > 0)
		return s->get ? "--get" : s->raw ? "--raw" : "--write";
	if (s->image.parameters[SCANREQ_PARAM_DIGEST])
		return "--digest";
	if (s->image.parameters[SCANREQ_PARAM_IMAGE_ID])
		return "--image-id";
	if (s->image.parameters[SCANREQ_PARAM_IMAGE_SIZE])
		return "--image-size";
	return s->image.parameters[SCANREQ_PARAM_IMAGE_CREATE] ? "--image-create" : NULL;
}

/* `who` wants standard input, which *taken has already unless it is NULL. */
static int take_stdin(const char *who, const char **taken)
{
	if (*taken)
		return usage_error("standard input can be read once: by %s or by %s", *taken, who);
	*taken = who;
	if (isatty(STDIN_FILENO) && strcmp(who, "--password-stdin") != 0)
		return usage_error("standard input is a terminal, and %s wants to read it: pipe "
				   "something in, as in docker save IMAGE | scanreq ... -", who);
	return 0;
}

static bool is_stdin(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

static int check_stdin(const struct settings *s)
{
	const char *taken = NULL;
	int failed = s->password_stdin ? take_stdin("--password-stdin", &taken) : 0;

	if (!failed && is_stdin(s->token_file))
		failed = take_stdin("--token-file", &taken);
	if (!failed && is_stdin(s->images_from))
		failed = take_stdin("--images-from", &taken);
	for (size_t i = 0; i < s->from.count && !failed; i++)
		if (is_stdin(s->from.items[i]))
			failed = take_stdin("--from", &taken);
	for (int i = 0; i < s->image_count && !failed; i++) {
		const char *image = s->images[i];

		if (*image == '\0')
			return usage_error("an IMAGE is empty: is a variable not set?");
		if (image_is_stdin(image))
			failed = take_stdin("one IMAGE", &taken);
	}
	return failed;
}

static int options_check(const struct settings *s)
{
	bool many = inputs_are_many(s);

	if (!many && s->image_count + (int)s->built.count == 0 && s->demand)
		return usage_error("--%s checks an image, and there is none: name an IMAGE",
				   s->demand);
	if (is_for_all_platforms(s)) {
		const char *one = option_of_one_platform(s);

		if (one)
			return usage_error("%s speaks of one image: name its platform in place "
					   "of --platform all", one);
	}
	if (many && s->per_image)
		return usage_error("an option speaks of one image, but several are given: name "
				   "one IMAGE, or say it in a line of --images-from");
	if (many && (s->get || s->raw || s->writes.count > 0))
		return usage_error("%s gives the value of one image: name one IMAGE",
				   s->get ? "--get" : s->raw ? "--raw" : "--write");
	if (s->shard.count > 0 && !many)
		return usage_error("--shard takes a part of several images: give --images-from");
	if (s->get && s->raw)
		return usage_error("--get and --raw both want standard output: choose one");
	return output_choices_check(&s->outputs, s->get ? "--get" : s->raw ? "--raw" : NULL);
}

int settings_parse(struct settings *settings, const struct command *command, int argc, char **argv,
		   int *status)
{
	bool help = false;

	memset(settings, 0, sizeof(*settings));
	settings->client = scanreq_options_new();
	settings->jobs = DEFAULT_JOBS;
	if (!settings->client) {
		*status = memory_error();
		return -1;
	}
	*status = apply_environment(settings, command);
	if (!*status)
		*status = parse_arguments(settings, command, argc, argv, &help);
	if (help) {
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
