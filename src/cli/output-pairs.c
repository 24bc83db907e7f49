/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/limits.h"
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
}

static void take_field(struct pairs *pairs, const struct result *r, const char *name)
{
	struct buf value CLEANUP_BUF = BUF_INIT(LIMIT_PAIR);
	bool known;

	output_field(r, name, &value, &known);
	if (!known)
		return;
	if (value.failed || !output_is_plain(&value)) {
		diagnostic("warning: %s is left out of the pairs: it %s", name,
			   value.failed ? "is too long" : "has control characters");
		return;
	}
	if (strv_add(&pairs->names, name) || strv_add(&pairs->values, buf_str(&value)))
		pairs->no_memory = true;
}

void pairs_take(struct pairs *pairs, const struct result *result)
{
	bool fails = result->error.klass != 0;

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
	if (line.failed || out->len + line.len > LIMIT_DOTENV)
		diagnostic("warning: %s is left out of the dotenv file: GitLab takes no more "
			   "than %ld bytes",
			   name, LIMIT_DOTENV);
	else
		buf_add(out, buf_str(&line), line.len);
}

typedef void add_line_fn(struct buf *out, const char *name, const char *value);

static void add_number(struct buf *out, add_line_fn *add, const char *name, size_t n)
{
	char value[24];

	snprintf(value, sizeof(value), "%zu", n);
	add(out, name, value);
}

static void add_all(const struct pairs *pairs, const struct tally *tally, add_line_fn *add,
		    struct buf *out)
{
	add_number(out, add, "exit_code", (size_t)tally_exit_status(tally));
	add_number(out, add, "total", tally->total);
	add_number(out, add, "failed", tally->failed + tally->unknown);
	for (size_t i = 0; i < pairs->names.count && i < pairs->values.count; i++)
		add(out, pairs->names.items[i], pairs->values.items[i]);
	if (pairs->no_memory)
		out->failed = SCANREQ_E_NOMEM;
}

void pairs_add_outputs(const struct pairs *pairs, const struct tally *tally, struct buf *out)
{
	add_all(pairs, tally, add_outputs_line, out);
}

void pairs_add_dotenv(const struct pairs *pairs, const struct tally *tally, struct buf *out)
{
	add_all(pairs, tally, add_dotenv_line, out);
}
