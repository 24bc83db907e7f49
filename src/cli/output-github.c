/* SPDX-License-Identifier: MIT */
/*
 * What GitHub's runner takes: outputs of the step, its summary in Markdown, and
 * annotations, which are commands on a line of their own. Nothing goes to GITHUB_ENV: a
 * variable there would reach every later step.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/output-field.h"
#include "cli/output.h"

int output_github_check(const struct output_sink *sink)
{
	const char *path = getenv("GITHUB_OUTPUT");
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (summary && *summary && file_append_check(summary, &err))
		return usage_error("the step's summary: %s", err.message);
	if (sink->to_file)
		return 0;
	if (path && *path)
		return file_append_check(path, &err)
			       ? usage_error("the step's outputs: %s", err.message)
			       : 0;
	return usage_error(
		"-o github is for a step of GitHub Actions: GITHUB_OUTPUT is not set; "
		"-o github=FILE writes elsewhere");
}

/* --- annotations ------------------------------------------------------------------- */

/* The runner splits at newlines and knows percent-encoding, which must not be ours. */
static void annotate(const char *level, const struct result *r, const char *text)
{
	struct buf line CLEANUP_BUF = BUF_INIT(4 * LIMIT_LINE);
	struct buf escaped CLEANUP_BUF = BUF_INIT(12 * LIMIT_LINE);

	if (r->input && !strstr(text, r->input)) {
		buf_add_escaped(&line, r->input, strlen(r->input));
		buf_puts(&line, ": ");
	}
	buf_add_escaped(&line, text, strlen(text));
	for (const char *p = buf_str(&line); *p; p++)
		if (*p == '%')
			buf_puts(&escaped, "%25");
		else
			buf_putc(&escaped, *p);
	fprintf(stderr, "::%s title=scanreq::%s\n", level, buf_str(&escaped));
}

static void annotate_all(const struct settings *settings, const struct result *r)
{
	char failure[LIMIT_LINE], hint[ERROR_HINT_SIZE];
	const char *text;

	snprintf(failure, sizeof(failure), "%s%s", r->error.message, error_hint(&r->error, hint));
	if (r->error.klass)
		annotate("error", r, failure);
	if (r->error.klass || settings->quiet)
		return;
	for (size_t i = 0;
	     r->image && (text = scanreq_image_item(r->image, SCANREQ_LIST_WARNINGS, i)); i++)
		annotate("warning", r, text);
	for (size_t i = 0;
	     r->submits && r->request && (text = scanreq_request_warning(r->request, i)); i++)
		annotate("warning", r, text);
}

/* --- the summary ------------------------------------------------------------------- */

/* Markdown takes a backslash before any punctuation of ASCII. */
static void add_markdown(struct buf *out, const char *text)
{
	struct buf plain CLEANUP_BUF = BUF_INIT(LIMIT_PARAMETER);

	buf_add_escaped(&plain, text, strlen(text));
	if (plain.failed == SCANREQ_E_NOMEM)
		out->failed = SCANREQ_E_NOMEM;
	for (const char *p = buf_str(&plain); *p; p++) {
		if (ispunct((unsigned char)*p) && !strchr("-.,", *p))
			buf_putc(out, '\\');
		buf_putc(out, *p);
	}
}

static void add_cell(struct buf *out, const struct result *r, const char *field)
{
	struct buf value CLEANUP_BUF = BUF_INIT(LIMIT_PARAMETER);
	bool known;

	output_field(r, field, &value, &known);
	if (value.failed == SCANREQ_E_NOMEM)
		out->failed = SCANREQ_E_NOMEM;
	buf_puts(out, " ");
	if (known)
		add_markdown(out, buf_str(&value));
	buf_puts(out, " |");
}

static void add_row(struct buf *out, const struct result *r)
{
	bool named = r->image && scanreq_image_fact(r->image, SCANREQ_FACT_REFERENCE);

	buf_puts(out, "|");
	add_cell(out, r, named ? "reference" : "input");
	add_cell(out, r, "platform");
	add_cell(out, r, "manifest_digest");
	add_cell(out, r, r->error.klass ? "message" : "status");
	add_cell(out, r, "task_id");
	buf_puts(out, "\n");
}

void output_github_result(struct output *output, const struct result *result)
{
	struct buf row CLEANUP_BUF = BUF_INIT(LIMIT_STEP_SUMMARY);

	if (result->attempted)
		annotate_all(output->settings, result);
	add_row(&row, result);
	if (row.failed == SCANREQ_E_NOMEM)
		output->summary.failed = SCANREQ_E_NOMEM;
	if (output->summary.len + row.len > LIMIT_STEP_SUMMARY)
		output->unshown++;
	else
		buf_add(&output->summary, buf_str(&row), row.len);
}

int output_github_summary(const struct output *output, const struct tally *t)
{
	struct buf text CLEANUP_BUF = BUF_INIT(2 * LIMIT_STEP_SUMMARY);
	const char *path = getenv("GITHUB_STEP_SUMMARY");
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (!path || !*path)
		return 0;
	buf_puts(&text, "\n### scanreq\n\n"
			"| image | platform | digest | result | task |\n"
			"| --- | --- | --- | --- | --- |\n");
	buf_add(&text, buf_str(&output->summary), output->summary.len);
	if (output->unshown > 0)
		buf_addf(&text, "\n%zu more are not shown.\n", output->unshown);
	buf_addf(&text, "\n%zu of %zu failed, exit status %d. ", t->failed + t->unknown,
		 t->total, tally_exit_status(t));
	buf_puts(&text,
		 "Accepted means that a task was opened, not that anything was scanned.\n");
	if (text.failed || output->summary.failed)
		return memory_error();
	if (!file_append(path, buf_str(&text), text.len, &err))
		return 0;
	diagnostic("the step's summary: %s", err.message);
	return EXIT_INTERNAL;
}

int output_github_append(const struct buf *text)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (text->failed)
		return memory_error();
	if (!file_append(getenv("GITHUB_OUTPUT"), buf_str(text), text->len, &err))
		return 0;
	diagnostic("the step's outputs: %s", err.message);
	return EXIT_INTERNAL;
}
