/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/diagnostics.h"
#include "cli/output-field.h"
#include "cli/output-pairs.h"

/* In the order of their importance: what GitLab has no room for is at the end. */
static const char *const fields[] = {
	"status", "task_id", "task_state", "manifest_digest", "config_digest", "uuid",
	"request_id", "repo_id", "image_scan_capacity", "reference",
};

void pairs_free(struct pairs *pairs)
{
	strv_free(&pairs->names);
	strv_free(&pairs->values);
	buf_free(&pairs->images);
}

/* --- of one image ------------------------------------------------------------------ */

static void take_field(struct pairs *pairs, const struct result *r, const char *name)
{
	struct buf value CLEANUP_BUF = BUF_INIT(LIMIT_PAIR);
	bool known;

	output_field(r, name, &value, &known);
	if (value.failed == SCANREQ_E_NOMEM)
		pairs->no_memory = true;
	if (!known || pairs->no_memory)
		return;
	if (value.failed || !output_is_plain(&value)) {
		diagnostic("warning: %s is left out of the pairs: it %s", name,
			   value.failed ? "is too long" : "has control characters");
		return;
	}
	if (strv_add(&pairs->names, name) || strv_add(&pairs->values, buf_str(&value)))
		pairs->no_memory = true;
}

/* --- of all images ----------------------------------------------------------------- */

/* A column is never empty, so that it can be told from the next. */
static void add_column(const struct result *r, const char *field, struct buf *line)
{
	struct buf value CLEANUP_BUF = BUF_INIT(LIMIT_PAIR);
	bool known;

	output_field(r, field, &value, &known);
	if (value.failed == SCANREQ_E_NOMEM)
		line->failed = value.failed;
	if (known && !value.failed && value.len > 0)
		buf_add_escaped(line, buf_str(&value), value.len);
	else
		buf_putc(line, '-');
	buf_putc(line, ' ');
}

static void take_image(struct pairs *pairs, const struct result *r)
{
	struct buf line CLEANUP_BUF = BUF_INIT(LIMIT_STEP_SUMMARY);
	const char *input = r->input ? r->input : "-";

	if (r->submits)
		add_column(r, "status", &line);
	else
		buf_puts(&line, r->error.klass ? "failed "
				: r->attempted ? "read "
					       : "not_attempted ");
	add_column(r, "task_id", &line);
	add_column(r, "manifest_digest", &line);
	buf_add_escaped(&line, input, strlen(input));
	buf_putc(&line, '\n');
	pairs->images.max = LIMIT_OUTPUT_IMAGES;
	if (line.failed == SCANREQ_E_NOMEM)
		pairs->no_memory = true;
	else if (line.failed || pairs->images.len + line.len > LIMIT_OUTPUT_IMAGES)
		pairs->unshown++;
	else
		buf_add(&pairs->images, buf_str(&line), line.len);
}

void pairs_take(struct pairs *pairs, const struct result *result)
{
	bool fails = result->error.klass != 0;

	take_image(pairs, result);
	if (pairs->taken && (pairs->failed || !fails))
		return;
	strv_free(&pairs->names);
	strv_free(&pairs->values);
	pairs->taken = true;
	pairs->failed = fails;
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
		take_field(pairs, result, fields[i]);
}

/* --- lines ------------------------------------------------------------------------- */

static void add_outputs_line(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%s=%s\n", name, value);
}

static void add_dotenv_line(struct buf *out, const char *name, const char *value)
{
	struct buf line CLEANUP_BUF = BUF_INIT(2 * LIMIT_PAIR);

	buf_puts(&line, "SCANREQ_RESULT_");
	for (const char *p = name; *p; p++)
		buf_putc(&line, (char)toupper((unsigned char)*p));
	buf_addf(&line, "=%s\n", value);
	if (line.failed == SCANREQ_E_NOMEM)
		out->failed = SCANREQ_E_NOMEM;
	else if (line.failed || out->len + line.len > LIMIT_DOTENV)
		diagnostic("warning: %s is left out of the dotenv file: GitLab takes no more "
			   "than %ld bytes",
			   name, LIMIT_DOTENV);
	else
		buf_add(out, buf_str(&line), line.len);
}

/*
 * GitHub takes a value of several lines between two that are alike. A line of an image
 * begins with a status, so none is the delimiter.
 */
static void add_outputs_images(struct buf *out, const struct pairs *pairs)
{
	buf_puts(out, "images<<end-of-images\n");
	buf_add(out, buf_str(&pairs->images), pairs->images.len);
	if (pairs->unshown > 0)
		buf_addf(out, "and %zu more\n", pairs->unshown);
	buf_puts(out, "end-of-images\n");
}

/* GitLab takes no value of several lines, so a semicolon stands between two of them. */
static void add_dotenv_images(struct buf *out, const struct pairs *pairs)
{
	static const char name[] = "SCANREQ_RESULT_IMAGES=";
	struct buf value CLEANUP_BUF = BUF_INIT(LIMIT_DOTENV);
	const char *line = buf_str(&pairs->images);
	size_t room = LIMIT_DOTENV - out->len, shown = 0, count = pairs->unshown;

	for (const char *p = line; *p; p++)
		count += *p == '\n';
	/* Two bytes for a semicolon and a newline, 32 for how many more there are. */
	for (; *line; line += strcspn(line, "\n") + 1, shown++) {
		size_t len = strcspn(line, "\n");

		if (sizeof(name) + value.len + len + 34 > room)
			break;
		if (shown > 0)
			buf_putc(&value, ';');
		buf_add(&value, line, len);
	}
	if (sizeof(name) + 34 > room)
		return;
	if (shown < count)
		buf_addf(&value, "%sand %zu more", shown ? ";" : "", count - shown);
	buf_addf(out, "%s%s\n", name, buf_str(&value));
	if (value.failed == SCANREQ_E_NOMEM)
		out->failed = SCANREQ_E_NOMEM;
}

/* --- all of it --------------------------------------------------------------------- */

/* How a form of pairs is written. */
struct form {
	void (*line)(struct buf *out, const char *name, const char *value);
	void (*images)(struct buf *out, const struct pairs *pairs);
};

static void add_number(struct buf *out, const struct form *form, const char *name, size_t n)
{
	char value[24];

	snprintf(value, sizeof(value), "%zu", n);
	form->line(out, name, value);
}

/* Of several images the status is that of all: one image's would hide the others. */
static const char *output_pairs_value_of(const struct pairs *pairs, const struct tally *tally,
					 size_t i)
{
	if (tally->total > 1 && strcmp(pairs->names.items[i], "status") == 0)
		return tally_status(tally);
	return pairs->values.items[i];
}

static void add_all(const struct pairs *pairs, const struct tally *tally,
		    const struct form *form, struct buf *out)
{
	add_number(out, form, "exit_code", (size_t)tally_exit_status(tally));
	add_number(out, form, "total", tally->total);
	add_number(out, form, "failed", tally->failed + tally->unknown);
	for (size_t i = 0; i < pairs->names.count && i < pairs->values.count; i++)
		form->line(out, pairs->names.items[i], output_pairs_value_of(pairs, tally, i));
	if (tally->total > 1)
		form->images(out, pairs);
	if (pairs->no_memory || pairs->images.failed)
		out->failed = SCANREQ_E_NOMEM;
}

void pairs_add_outputs(const struct pairs *pairs, const struct tally *tally, struct buf *out)
{
	static const struct form form = { add_outputs_line, add_outputs_images };

	add_all(pairs, tally, &form, out);
}

void pairs_add_dotenv(const struct pairs *pairs, const struct tally *tally, struct buf *out)
{
	static const struct form form = { add_dotenv_line, add_dotenv_images };

	add_all(pairs, tally, &form, out);
}
