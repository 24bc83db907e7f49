/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/options.h"

#define BOTH (COMMAND_INSPECT | COMMAND_SUBMIT)
#define MAX_ROWS 64
/* Above every character, so that long options are told from letters. */
#define FIRST_CODE 256

/* Rows by target: the columns that differ. */
#define CLIENT(id) TARGET_CLIENT, SCANREQ_OPT_##id
#define SELECTION(id) TARGET_SELECTION, SCANREQ_SELECT_##id
#define PARAMETER(id) TARGET_PARAMETER, SCANREQ_PARAM_##id
#define PROGRAM(id) TARGET_PROGRAM, SETTING_##id
#define TWIN true, NULL
#define NO_TWIN false, NULL

#define FACTS "Facts"
#define PARAMETERS "Parameters (sent exactly as given)"
#define REGISTRY "Registry"
#define SERVICE "Service"
#define RUN "Run"
#define OUTPUT "Output"

const struct option_row option_table[] = {
	{ "platform", 0, "OS/ARCH[/VARIANT]", SELECTION(PLATFORM), BOTH, FACTS, NO_TWIN,
	  "the image of an index to take; checked against the config" },
	{ "digest-of", 0, "platform|index", SELECTION(DIGEST_OF), BOTH, FACTS, NO_TWIN,
	  "whose digest Digest is (default: the platform's manifest)" },
	{ "select", 0, "REF|@N", SELECTION(IMAGE), BOTH, FACTS, NO_TWIN,
	  "the image of a saved file, by name or by position from 0" },
	{ "name", 0, "REF", SELECTION(NAME), BOTH, FACTS, NO_TWIN,
	  "the reference to report, in place of the image's own" },

	{ "namespace", 0, "TEXT", PARAMETER(NAMESPACE), BOTH, PARAMETERS, NO_TWIN, "Namespace" },
	{ "repo-name", 0, "TEXT", PARAMETER(REPO_NAME), BOTH, PARAMETERS, NO_TWIN, "RepoName" },
	{ "tag", 0, "TEXT", PARAMETER(TAG), BOTH, PARAMETERS, NO_TWIN, "Tag" },
	{ "digest", 0, "DIGEST", PARAMETER(DIGEST), BOTH, PARAMETERS, NO_TWIN, "Digest" },
	{ "image-id", 0, "DIGEST", PARAMETER(IMAGE_ID), BOTH, PARAMETERS, NO_TWIN, "ImageId" },
	{ "image-size", 0, "BYTES", PARAMETER(IMAGE_SIZE), BOTH, PARAMETERS, NO_TWIN, "ImageSize" },
	{ "image-create", 0, "MS", PARAMETER(IMAGE_CREATE), BOTH, PARAMETERS, NO_TWIN,
	  "ImageCreate, in milliseconds since 1970" },
	{ "image-update", 0, "MS", PARAMETER(IMAGE_UPDATE), BOTH, PARAMETERS, NO_TWIN,
	  "ImageUpdate, in milliseconds since 1970" },
	{ "uuid", 0, "UUID", PARAMETER(UUID), BOTH, PARAMETERS, NO_TWIN, "Uuid" },
	{ "jenkins-env", 0, "TEXT", PARAMETER(JENKINS_ENV), BOTH, PARAMETERS, NO_TWIN,
	  "JenkinsEnv; the service's page knows \"release\" alone" },
	{ "source-ip", 0, "IP", PARAMETER(SOURCE_IP), BOTH, PARAMETERS, NO_TWIN,
	  "SourceIp; the service fills it by itself" },

	{ "authfile", 0, "FILE", CLIENT(AUTHFILE), BOTH, REGISTRY, TWIN,
	  "read registry credentials from this file alone" },
	{ "username", 0, "NAME", CLIENT(USERNAME), BOTH, REGISTRY, TWIN,
	  "registry user; needs --password-stdin" },
	{ "password-stdin", 0, NULL, PROGRAM(PASSWORD_STDIN), BOTH, REGISTRY, NO_TWIN,
	  "read the registry password from standard input" },
	{ "anonymous", 0, NULL, CLIENT(ANONYMOUS), BOTH, REGISTRY, TWIN,
	  "use no registry credentials" },
	{ "ca-file", 0, "FILE", CLIENT(CA_FILE), BOTH, REGISTRY, TWIN,
	  "trust these authorities too, for every host" },
	{ "plain-http", 0, "HOST[:PORT]", CLIENT(PLAIN_HTTP), BOTH, REGISTRY, NO_TWIN,
	  "speak http to this registry; repeatable" },

	{ "region", 0, "REGION", CLIENT(REGION), COMMAND_SUBMIT, SERVICE, true,
	  "ALIBABA_CLOUD_REGION_ID", "region whose centre gets the request" },
	{ "endpoint", 0, "HOST[:PORT]|URL", CLIENT(ENDPOINT), COMMAND_SUBMIT, SERVICE, TWIN,
	  "send the request here instead" },
	{ "token-file", 0, "FILE", PROGRAM(TOKEN_FILE), COMMAND_SUBMIT, SERVICE, TWIN,
	  "read Token from this file (default: SCANREQ_TOKEN)" },
	{ "dry-run", 0, NULL, PROGRAM(DRY_RUN), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "show the exact request, redacted, and send nothing" },
	{ "show-signature", 0, NULL, CLIENT(SHOW_SIGNATURE), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "do not redact the signature of a dry run" },
	{ "fixed-time", 0, "TIME", CLIENT(FIXED_TIME), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "sign a dry run with this RFC 3339 time" },
	{ "fixed-nonce", 0, "TEXT", CLIENT(FIXED_NONCE), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "sign a dry run with this nonce" },

	{ "offline", 0, NULL, CLIENT(OFFLINE), BOTH, RUN, TWIN, "touch no network" },
	{ "keep-going", 0, NULL, PROGRAM(KEEP_GOING), BOTH, RUN, TWIN,
	  "go on with the next image after a failure" },
	{ "timeout", 0, "DURATION", CLIENT(TIMEOUT), BOTH, RUN, TWIN,
	  "longest time for one network operation (default: 60s)" },
	{ "connect-timeout", 0, "DURATION", CLIENT(CONNECT_TIMEOUT), BOTH, RUN, TWIN,
	  "longest time to connect (default: 10s)" },

	{ "output", 'o', "text|json", PROGRAM(OUTPUT), BOTH, OUTPUT, TWIN, "form of the result" },
	{ "get", 0, "FIELD", PROGRAM(GET), BOTH, OUTPUT, NO_TWIN, "print one bare value" },
	{ "raw", 0, "manifest|index|config", PROGRAM(RAW), COMMAND_INSPECT, OUTPUT, NO_TWIN,
	  "print the verified bytes of a document" },
	{ "explain", 0, NULL, PROGRAM(EXPLAIN), BOTH, OUTPUT, NO_TWIN,
	  "say of each parameter where it is from or why it is left out" },
	{ "quiet", 'q', NULL, PROGRAM(QUIET), BOTH, OUTPUT, TWIN, "no warnings on standard error" },
	{ "verbose", 'v', NULL, PROGRAM(VERBOSE), BOTH, OUTPUT, NO_TWIN,
	  "say what is chosen; -vv: each request" },
	{ "help", 'h', NULL, PROGRAM(HELP), BOTH, OUTPUT, NO_TWIN, "show this help" },
	{ NULL, 0, NULL, 0, 0, 0, NULL, false, NULL, NULL },
};

_Static_assert(ARRAY_LENGTH(option_table) <= MAX_ROWS, "getopt's table has room for the rows");

void option_twin_name(const struct option_row *row, char name[64])
{
	int n = snprintf(name, 64, "SCANREQ_%s", row->name);

	for (int i = 0; i < n; i++)
		name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
}

/* --- applying one option ----------------------------------------------------------- */

/* Replaces an owned text. */
static int set_text(char **text, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return memory_error();
	free(*text);
	*text = copy;
	return 0;
}

static int set_output(struct settings *s, const char *value, const char *said)
{
	if (strcmp(value, "text") == 0)
		s->format = OUTPUT_TEXT;
	else if (strcmp(value, "json") == 0)
		s->format = OUTPUT_JSON;
	else
		return usage_error("%s must be text or json, not \"%s\"", said, value);
	return 0;
}

static int set_raw(struct settings *s, const char *value, const char *said)
{
	if (strcmp(value, "manifest") != 0 && strcmp(value, "index") != 0 &&
	    strcmp(value, "config") != 0)
		return usage_error("%s must be manifest, index or config, not \"%s\"", said, value);
	return set_text(&s->raw, value);
}

static int set_program(struct settings *s, int id, const char *value, const char *said)
{
	bool on = true;

	/* A switch of the command line has no value; its twin has one. */
	if (value)
		str_to_bool(value, &on);
	switch ((enum setting)id) {
	case SETTING_OUTPUT:
		return set_output(s, value, said);
	case SETTING_GET:
		return set_text(&s->get, value);
	case SETTING_RAW:
		return set_raw(s, value, said);
	case SETTING_TOKEN_FILE:
		return set_text(&s->token_file, value);
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
		s->per_image = true;
		return set_text(&s->parameters[row->id], value);
	case TARGET_SELECTION:
		if (row->id != SCANREQ_SELECT_PLATFORM && row->id != SCANREQ_SELECT_DIGEST_OF)
			s->per_image = true;
		failed = scanreq_selection_set(s->selection, (enum scanreq_select)row->id, value,
					       &err);
		break;
	case TARGET_CLIENT:
		if (row->id == SCANREQ_OPT_OFFLINE)
			s->offline = !value || (str_to_bool(value, &on) && on);
		failed = scanreq_options_set(s->client, (enum scanreq_option)row->id,
					     value ? value : "true", &err);
		break;
	}
	return failed ? usage_error("%s", err.message) : 0;
}

/* --- the environment --------------------------------------------------------------- */

static int apply_variable(struct settings *s, const struct option_row *row, const char *name,
			  bool *applied)
{
	const char *value = getenv(name);

	if (!value || !*value)
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

/* getopt's two tables, made from ours. */
struct getopt_tables {
	struct option longs[MAX_ROWS];
	char letters[2 * MAX_ROWS + 2];
};

static void fill_tables(struct getopt_tables *t, const struct command *command)
{
	char *letter = t->letters;
	size_t n = 0;

	memset(t, 0, sizeof(*t));
	*letter++ = ':'; /* tell a missing argument from an unknown option */
	for (int i = 0; option_table[i].name; i++) {
		const struct option_row *row = &option_table[i];

		if (!(row->commands & command->bit))
			continue;
		t->longs[n++] = (struct option){
			.name = row->name,
			.has_arg = row->argument ? required_argument : no_argument,
			.val = FIRST_CODE + i,
		};
		if (!row->letter)
			continue;
		*letter++ = row->letter;
		if (row->argument)
			*letter++ = ':';
	}
}

static const struct option_row *row_of(int code)
{
	if (code >= FIRST_CODE)
		return &option_table[code - FIRST_CODE];
	for (const struct option_row *row = option_table; row->name; row++)
		if (row->letter == code)
			return row;
	return NULL;
}

static int complain(const struct command *command, int code, char **argv)
{
	const struct option_row *row = row_of(optopt);

	if (code == ':' && row)
		return usage_error("--%s needs %s: try 'scanreq help %s'", row->name, row->argument,
				   command->name);
	if (optopt >= FIRST_CODE && row)
		return usage_error("--%s takes no value: try 'scanreq help %s'", row->name,
				   command->name);
	if (optopt > 0 && optopt < FIRST_CODE)
		return usage_error("there is no option -%c: try 'scanreq help %s'", optopt,
				   command->name);
	return usage_error("there is no option %s: try 'scanreq help %s'", argv[optind - 1],
			   command->name);
}

/* Returns 0, or the exit status; EXIT_DONE + *help for --help. */
static int parse_arguments(struct settings *s, const struct command *command, int argc, char **argv,
			   bool *help)
{
	struct getopt_tables tables;
	int code;

	fill_tables(&tables, command);
	optind = 1;
	opterr = 0;
	while ((code = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
		const struct option_row *row = row_of(code);
		char said[64];
		int failed;

		if (code == '?' || code == ':')
			return complain(command, code, argv);
		if (row->target == TARGET_PROGRAM && row->id == SETTING_HELP) {
			*help = true;
			return 0;
		}
		snprintf(said, sizeof(said), "--%s", row->name);
		failed = apply(s, row, optarg, said);
		if (failed)
			return failed;
	}
	s->images = argv + optind;
	s->image_count = argc - optind;
	return 0;
}

/* --- what belongs together --------------------------------------------------------- */

static int check(const struct settings *s)
{
	bool from_stdin = false;

	for (int i = 0; i < s->image_count; i++) {
		const char *image = s->images[i];

		if (*image == '\0')
			return usage_error("an IMAGE is empty: is a variable not set?");
		if (strcmp(image, "-") != 0 && strcmp(image, "docker-archive:-") != 0 &&
		    strcmp(image, "oci-archive:-") != 0)
			continue;
		if (from_stdin || s->password_stdin)
			return usage_error("standard input can be read once: by one IMAGE or by "
					   "--password-stdin");
		if (isatty(STDIN_FILENO))
			return usage_error("standard input is a terminal: pipe a saved image "
					   "in, as in docker save IMAGE | scanreq ... -");
		from_stdin = true;
	}
	if (s->image_count > 1 && s->per_image)
		return usage_error("an option speaks of one image, but %d are given: name "
				   "one IMAGE", s->image_count);
	if (s->image_count > 1 && (s->get || s->raw))
		return usage_error("%s prints the value of one image: name one IMAGE",
				   s->get ? "--get" : "--raw");
	if (s->get && s->raw)
		return usage_error("--get and --raw both want standard output: choose one");
	if (s->format != OUTPUT_TEXT && (s->get || s->raw))
		return usage_error("%s and -o json both want standard output: choose one",
				   s->get ? "--get" : "--raw");
	return 0;
}

int settings_parse(struct settings *settings, const struct command *command, int argc, char **argv,
		   int *status)
{
	bool help = false;

	memset(settings, 0, sizeof(*settings));
	settings->client = scanreq_options_new();
	settings->selection = scanreq_selection_new();
	if (!settings->client || !settings->selection) {
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
		*status = check(settings);
	return *status ? -1 : 0;
}

void settings_free(struct settings *settings)
{
	scanreq_options_free(settings->client);
	scanreq_selection_free(settings->selection);
	for (size_t i = 0; i < SCANREQ_PARAM_COUNT; i++)
		str_wipe(&settings->parameters[i]);
	free(settings->get);
	free(settings->raw);
	free(settings->token_file);
}
