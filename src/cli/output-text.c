/* SPDX-License-Identifier: MIT */
/* Results for a person: one fact a line, what it means beside it. */
#include <inttypes.h>
#include <string.h>
#include <scanreq/scanreq.h>

#include "base/str.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/output-findings.h"
#include "cli/output.h"

#define LABEL_WIDTH 12

/* Everything that came from an image or a server goes through here. */
static void output_text_add(struct buf *out, const char *text)
{
	buf_add_escaped(out, text, strlen(text));
}

static void line(struct buf *out, const char *label, const char *value)
{
	if (!value)
		return;
	buf_addf(out, "%-*s  ", LABEL_WIDTH, label);
	output_text_add(out, value);
	buf_putc(out, '\n');
}

/* 1234567 as "1,234,567". */
static void add_grouped(struct buf *out, int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, n);

	for (int i = 0; i < len; i++) {
		buf_putc(out, digits[i]);
		if (i + 1 < len && (len - i - 1) % 3 == 0)
			buf_putc(out, ',');
	}
}

/* "12.3 MiB", as long as that says more than the bytes. */
static void add_rounded(struct buf *out, int64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double n = (double)bytes / 1024;
	size_t unit = 0;

	for (; n >= 1024 && unit + 1 < ARRAY_LENGTH(units); unit++)
		n /= 1024;
	if (bytes >= 1024)
		buf_addf(out, "%.1f %s, ", n, units[unit]);
}

/* How many platforms of an index are named before the rest is only counted. */
#define PLATFORMS_LISTED 20

/* " (1 of 2: linux/amd64, linux/arm64)" where one was taken of several by default. */
static void add_offered(const struct result *r, struct buf *out)
{
	size_t count = scanreq_image_count(r->image, SCANREQ_LIST_PLATFORMS);

	if (r->platform_asked || count < 2)
		return;
	buf_addf(out, " (1 of %zu: ", count);
	for (size_t i = 0; i < count && i < PLATFORMS_LISTED; i++) {
		buf_puts(out, i ? ", " : "");
		output_text_add(out, scanreq_image_item(r->image, SCANREQ_LIST_PLATFORMS, i));
	}
	buf_puts(out, count > PLATFORMS_LISTED ? ", and others)" : ")");
}

static void platform_line(const struct result *r, struct buf *out)
{
	const char *platform = scanreq_image_fact(r->image, SCANREQ_FACT_PLATFORM);

	if (!platform)
		return;
	buf_addf(out, "%-*s  ", LABEL_WIDTH, "platform");
	output_text_add(out, platform);
	add_offered(r, out);
	buf_putc(out, '\n');
}

/* --- facts ------------------------------------------------------------------------- */

static void size_line(const struct scanreq_image *image, struct buf *out)
{
	int64_t total = scanreq_image_size(image, SCANREQ_SIZE_TOTAL);
	const char *digest, *type;
	int64_t size;
	size_t layers = 0;

	buf_addf(out, "%-*s  ", LABEL_WIDTH, "size");
	if (total < 0) {
		buf_puts(out, "not known\n");
		return;
	}
	while (scanreq_image_layer(image, layers, &digest, &size, &type))
		layers++;
	add_rounded(out, total);
	add_grouped(out, total);
	if (scanreq_image_size(image, SCANREQ_SIZE_LAYERS) < 0) {
		buf_puts(out, " bytes, as the engine counts\n");
		return;
	}
	buf_addf(out, " bytes %s: config ", scanreq_image_fact(image, SCANREQ_FACT_SIZE_BASIS));
	add_grouped(out, scanreq_image_size(image, SCANREQ_SIZE_CONFIG));
	buf_addf(out, " + %zu layer%s ", layers, layers == 1 ? "" : "s");
	add_grouped(out, scanreq_image_size(image, SCANREQ_SIZE_LAYERS));
	buf_putc(out, '\n');
}

static void created_line(const struct scanreq_image *image, struct buf *out)
{
	const char *as_read = scanreq_image_fact(image, SCANREQ_FACT_CREATED);

	line(out, "created", as_read ? as_read : "not known");
	line(out, "updated", scanreq_image_fact(image, SCANREQ_FACT_UPDATED));
}

static void output_text_facts(const struct result *r, struct buf *out)
{
	const struct scanreq_image *image = r->image;
	const char *source = scanreq_image_fact(image, SCANREQ_FACT_SOURCE);
	const char *reference = scanreq_image_fact(image, SCANREQ_FACT_REFERENCE);

	line(out, "image", reference ? reference : r->input);
	buf_addf(out, "%-*s  %s ", LABEL_WIDTH, "source", source);
	output_text_add(out, strcmp(r->input, "-") == 0 ? "standard input" : r->input);
	buf_putc(out, '\n');
	for (size_t i = 0; !reference && i < scanreq_image_count(image, SCANREQ_LIST_NAMES); i++)
		line(out, i ? "" : "names", scanreq_image_item(image, SCANREQ_LIST_NAMES, i));
	platform_line(r, out);
	line(out, "index", scanreq_image_fact(image, SCANREQ_FACT_INDEX_DIGEST));
	line(out, "manifest", scanreq_image_fact(image, SCANREQ_FACT_MANIFEST_DIGEST));
	line(out, "made by save", scanreq_image_fact(image, SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST));
	line(out, "config", scanreq_image_fact(image, SCANREQ_FACT_CONFIG_DIGEST));
	size_line(image, out);
	created_line(image, out);
}

/* --- parameters -------------------------------------------------------------------- */

static void explain_one(const struct scanreq_request *request, enum scanreq_param p,
			struct buf *out)
{
	const char *value = scanreq_request_value(request, p);
	const char *note = scanreq_request_note(request, p);

	buf_addf(out, "%-*s  ", LABEL_WIDTH, scanreq_param_name(p));
	if (!value)
		buf_puts(out, "-");
	else if (p == SCANREQ_PARAM_TOKEN)
		buf_puts(out, "***");
	else if (*value)
		output_text_add(out, value);
	else
		buf_puts(out, "(empty)");
	buf_addf(out, "\n%*s", LABEL_WIDTH + 4, "");
	buf_addf(out, "%s: ", value ? scanreq_how_name(scanreq_request_how(request, p))
				    : "left out");
	output_text_add(out, note ? note : "not given");
	buf_putc(out, '\n');
}

static void output_text_explain(const struct result *r, struct buf *out)
{
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		explain_one(r->request, (enum scanreq_param)p, out);
}

/* --- submission -------------------------------------------------------------------- */

/* That a task has ended well says nothing of what was found. */
static void task_end(const struct scanreq_task *task, struct buf *out)
{
	if (!task)
		return;
	line(out, "ended", scanreq_task_text(task, SCANREQ_TASK_TEXT_STATUS));
	line(out, "note", "the task has ended; that is no verdict on the image");
}

static void task_status(const struct result *r, struct buf *out)
{
	line(out, "TaskId", scanreq_task_text(r->task, SCANREQ_TASK_TEXT_ID));
	line(out, "Digest", scanreq_request_value(r->request, SCANREQ_PARAM_DIGEST));
	task_end(r->task, out);
}

static void accepted(const struct result *r, struct buf *out)
{
	const char *reference = r->image ? scanreq_image_fact(r->image, SCANREQ_FACT_REFERENCE)
					 : NULL;

	line(out, r->accepted_before ? "filed before" : "accepted",
	     reference ? reference : r->input ? r->input : "the given parameters");
	/* The others have no task. */
	if (r->image && !r->platform_asked &&
	    scanreq_image_count(r->image, SCANREQ_LIST_PLATFORMS) > 1)
		platform_line(r, out);
	line(out, "TaskId", result_answer(r, SCANREQ_SUBMISSION_TASK_ID));
	line(out, "Uuid", result_answer(r, SCANREQ_SUBMISSION_UUID));
	line(out, "Digest", scanreq_request_value(r->request, SCANREQ_PARAM_DIGEST));
	line(out, "ImageId", scanreq_request_value(r->request, SCANREQ_PARAM_IMAGE_ID));
	line(out, "RequestId", result_answer(r, SCANREQ_SUBMISSION_REQUEST_ID));
	task_end(r->task, out);
	if (r->task)
		return;
	line(out, "note", r->repeats ? "an image before it made the same request; nothing was sent"
			  : r->accepted_before
				  ? "by the journal an earlier run filed it; nothing was sent"
				  : "a task was opened; that is no statement that the image was"
				    " scanned");
}

/* Each line of a text that has several, behind two blanks. */
static void block(struct buf *out, const char *heading, const char *lines)
{
	if (!lines || !*lines)
		return;
	buf_addf(out, "\n%s:\n", heading);
	while (*lines) {
		size_t n = strcspn(lines, "\n");

		buf_puts(out, "  ");
		buf_add_escaped(out, lines, n);
		buf_putc(out, '\n');
		lines += n + (lines[n] == '\n');
	}
}

static void dry_run(const struct scanreq_submission *s, struct buf *out)
{
	const char *name, *value;
	const char *to_sign = scanreq_submission_text(s, SCANREQ_SUBMISSION_STRING_TO_SIGN);

	buf_addf(out, "%s ", scanreq_submission_text(s, SCANREQ_SUBMISSION_METHOD));
	output_text_add(out, scanreq_submission_text(s, SCANREQ_SUBMISSION_URL));
	buf_putc(out, '\n');
	for (size_t i = 0; scanreq_submission_header(s, i, &name, &value); i++) {
		output_text_add(out, name);
		buf_puts(out, ": ");
		output_text_add(out, value);
		buf_putc(out, '\n');
	}
	buf_putc(out, '\n');
	output_text_add(out, scanreq_submission_text(s, SCANREQ_SUBMISSION_BODY));
	buf_putc(out, '\n');
	block(out, "Canonical request",
	      scanreq_submission_text(s, SCANREQ_SUBMISSION_CANONICAL_REQUEST));
	block(out, "String to sign", to_sign);
	buf_puts(out, to_sign && *to_sign ? "\nDry run: nothing was sent.\n"
					  : "\nDry run: nothing was sent. There are no "
					    "keys, so the request is not signed.\n");
}

/* --- all of it --------------------------------------------------------------------- */

void output_text(const struct settings *settings, const struct result *r, struct buf *out)
{
	if (settings->findings && !r->submits) {
		output_findings_text(r, out);
		return;
	}
	if (settings->task_id) {
		task_status(r, out);
		return;
	}
	if (!r->submits)
		output_text_facts(r, out);
	if (settings->explain) {
		if (!r->submits)
			buf_putc(out, '\n');
		output_text_explain(r, out);
		if (r->submits)
			buf_putc(out, '\n');
	}
	if (!r->submits)
		return;
	if (settings->dry_run)
		dry_run(r->submission, out);
	else
		accepted(r, out);
	if (r->findings)
		buf_putc(out, '\n');
	output_findings_text(r, out);
}
