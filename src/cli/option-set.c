/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/color.h"
#include "cli/diagnostics.h"
#include "cli/findings.h"
#include "cli/option-set.h"
#include "cli/option-table.h"
#include "cli/settings.h"
#include "pipeline/batch.h"

/* --- setters of a kind ------------------------------------------------------------- */

static int keep_text(char **text, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return memory_error();
	str_wipe(text);
	*text = copy;
	return 0;
}

int option_keep(struct settings *settings, const struct option_row *row, const char *value)
{
	void *member = option_member(settings, row);

	switch (row->store) {
	case STORE_BOOL:
		str_to_bool(value, member);
		break;
	case STORE_TEXT:
		return keep_text(member, value);
	case STORE_LIST:
		return strv_add(member, value) ? memory_error() : 0;
	case STORE_NONE:
		break;
	}
	return 0;
}

int option_set_client(struct settings *settings, const struct option_row *row,
		      const char *value)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (scanreq_options_set(settings->client, (enum scanreq_option)row->id, value, &err))
		return complaint(&err);
	return option_keep(settings, row, value);
}

/* --- options about an image -------------------------------------------------------- */

static int check_selection(int id, const char *value, struct scanreq_error *err)
{
	struct scanreq_selection *tried CLEANUP_SELECTION = scanreq_selection_new();

	return tried ? scanreq_selection_set(tried, (enum scanreq_select)id, value, err)
		     : error_nomem(err);
}

bool option_is_of_image(const struct option_row *row)
{
	return row->offset >= offsetof(struct settings, image) &&
	       row->offset < offsetof(struct settings, image) + sizeof(struct image_options);
}

int image_options_set(struct image_options *options, const struct option_row *row,
		      const char *value, struct scanreq_error *err)
{
	size_t offset = row->offset - offsetof(struct settings, image);
	char **text = (char **)(void *)((char *)options + offset);
	int failed = row->set == option_set_selection ? check_selection(row->id, value, err) : 0;
	char *copy;

	if (failed)
		return failed;
	copy = strdup(value);
	if (!copy)
		return error_nomem(err);
	str_wipe(text);
	*text = copy;
	return 0;
}

int image_options_set_name(struct image_options *options, const char *name, const char *value,
			   struct scanreq_error *err)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (option_is_of_image(row) && strcmp(row->name, name) == 0)
			return image_options_set(options, row, value, err);
	return error_set(err, SCANREQ_CODE_LIST_INVALID,
			 "\"%s\" is no option of one image: say \"platform\", \"tag\" or another"
			 " of the options about facts", name);
}

int option_set_selection(struct settings *settings, const struct option_row *row,
			 const char *value)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	return image_options_set(&settings->image, row, value, &err) ? complaint(&err) : 0;
}

/* --- choices ----------------------------------------------------------------------- */

static bool has_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *c = choices; *c; c += strcspn(c, "|"), c += *c == '|')
		if (strcspn(c, "|") == len && memcmp(c, value, len) == 0)
			return true;
	return false;
}

/* "a, b or c" for "a|b|c". */
static void add_choices(struct buf *out, const char *choices)
{
	const char *last = strrchr(choices, '|');

	for (const char *c = choices; *c; c++)
		if (*c == '|')
			buf_puts(out, c == last ? " or " : ", ");
		else
			buf_putc(out, *c);
}

static int check_choice(const struct option_row *row, const char *value)
{
	struct buf choices CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	char said[OPTION_NAME_SIZE];

	if (has_choice(row->argument, value))
		return 0;
	add_choices(&choices, row->argument);
	return usage_error("%s must be %s, not \"%s\"", option_said(row, said), buf_str(&choices),
			   value);
}

int option_set_choice(struct settings *settings, const struct option_row *row,
		      const char *value)
{
	int failed = check_choice(row, value);

	return failed ? failed : option_keep(settings, row, value);
}

int option_set_color(struct settings *settings, const struct option_row *row,
		     const char *value)
{
	(void)settings;
	return color_set(value) ? 0 : check_choice(row, value);
}

/* --- setters of one option --------------------------------------------------------- */

int option_set_jobs(struct settings *settings, const struct option_row *row, const char *value)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char said[OPTION_NAME_SIZE];
	int64_t jobs;

	if (!str_to_int64(value, &jobs) || jobs < 1 || jobs > BATCH_JOBS_MAX)
		return usage_error("%s must be a number from 1 to %d, not \"%s\"",
				   option_said(row, said), BATCH_JOBS_MAX, value);
	settings->jobs = (size_t)jobs;
	return scanreq_options_set(settings->client, SCANREQ_OPT_CONNECTIONS, value, &err)
		       ? complaint(&err)
		       : 0;
}

int option_set_output(struct settings *settings, const struct option_row *row,
		      const char *value)
{
	char said[OPTION_NAME_SIZE];

	return output_choices_add(&settings->outputs, value, option_said(row, said));
}

static const char *variable(const char *name)
{
	return getenv(name);
}

int option_set_shard(struct settings *settings, const struct option_row *row,
		     const char *value)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char shares[24];

	(void)row;
	if (shard_parse(value, variable, &settings->shard, &err))
		return complaint(&err);
	/* The shards share what the service allows the account. */
	snprintf(shares, sizeof(shares), "%lld", (long long)settings->shard.count);
	return scanreq_options_set(settings->client, SCANREQ_OPT_RATE_SHARES, shares, &err)
		       ? complaint(&err)
		       : 0;
}

int option_set_task_id(struct settings *settings, const struct option_row *row,
		       const char *value)
{
	char said[OPTION_NAME_SIZE];

	return *value ? option_keep(settings, row, value)
		      : usage_error("%s is empty: is a variable not set?",
				    option_said(row, said));
}

int option_set_verbose(struct settings *settings, const struct option_row *row,
		       const char *value)
{
	(void)row;
	(void)value;
	settings->verbosity++;
	diagnostics_name_codes();
	return 0;
}

int option_add_write(struct settings *settings, const struct option_row *row,
		     const char *value)
{
	const char *equals = strchr(value, '=');
	char said[OPTION_NAME_SIZE];

	if (!equals || equals == value || !equals[1])
		return usage_error("%s must be FIELD=PATH, not \"%s\"", option_said(row, said),
				   value);
	return option_keep(settings, row, value);
}

int option_set_fail_on(struct settings *settings, const struct option_row *row,
		       const char *value)
{
	char said[OPTION_NAME_SIZE];

	return findings_set_fail_on(&settings->fail_on, value, option_said(row, said));
}

int option_set_no_verdict(struct settings *settings, const struct option_row *row,
			  const char *value)
{
	char said[OPTION_NAME_SIZE];

	return findings_set_no_verdict(&settings->no_verdict_passes, value,
				       option_said(row, said));
}
