/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/output-field.h"
#include "cli/output.h"
#include "cli/progress.h"

/* Room for a few thousand layers and labels in either form. */
#define OUTPUT_MAX (256 * MIB)

/* The result must be out before the progress of other images comes back. */
static void put_terminal(const struct buf *out)
{
	progress_hold();
	fwrite(buf_str(out), 1, out->len, stdout);
	fflush(stdout);
	progress_release();
}

/*
 * main() checks the stream. A pipe whose reader does not read keeps this thread alone
 * waiting: with the progress held, nobody could say anything, and no signal would count.
 */
static int put_stdout(const struct buf *out)
{
	if (out->failed) {
		diagnostic("the result is too large, or there is no memory for it");
		return EXIT_INTERNAL;
	}
	if (isatty(STDOUT_FILENO))
		put_terminal(out);
	else
		fwrite(buf_str(out), 1, out->len, stdout);
	return 0;
}

/* One bare value on a line. */
static int add_field(const char *name, const struct result *r, struct buf *out)
{
	struct buf value CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	bool known = false;

	output_field(r, name, &value, &known);
	if (!known) {
		diagnostic("%s is not known of this image", name);
		return EXIT_IMAGE;
	}
	buf_add_escaped(out, buf_str(&value), value.len);
	buf_putc(out, '\n');
	return 0;
}

/* --- the bytes of a document ------------------------------------------------------- */

static int add_raw(const char *name, const struct result *r, struct buf *out)
{
	enum scanreq_document document = SCANREQ_DOCUMENT_CONFIG;
	const void *bytes;
	size_t len;

	if (strcmp(name, "manifest") == 0)
		document = SCANREQ_DOCUMENT_MANIFEST;
	else if (strcmp(name, "index") == 0)
		document = SCANREQ_DOCUMENT_INDEX;
	bytes = scanreq_image_raw(r->image, document, &len);
	if (!bytes) {
		const char *source = scanreq_image_fact(r->image, SCANREQ_FACT_SOURCE);

		if (source && strcmp(source, "docker-daemon") == 0)
			diagnostic(
				"--raw: an engine hands out no bytes of an image: pipe it in, "
				"docker save IMAGE | scanreq inspect --raw %s -",
				name);
		else
			diagnostic("%s has no %s", r->input, name);
		return EXIT_IMAGE;
	}
	buf_add(out, bytes, len);
	return 0;
}

/* --- single values ----------------------------------------------------------------- */

/* What --get and --raw print. Returns 0 or the exit status. */
static int print_value(const struct settings *settings, const struct result *r)
{
	struct buf out CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	int failed = settings->get ? add_field(settings->get, r, &out)
				   : add_raw(settings->raw, r, &out);

	return failed ? failed : put_stdout(&out);
}

/* One --write. What a failure leaves unknown is not written. */
static int write_field(const char *choice, const struct result *r)
{
	const char *path = strchr(choice, '=') + 1;
	char *name CLEANUP_FREE = strndup(choice, (size_t)(path - 1 - choice));
	struct file_writer file CLEANUP(file_writer_close) = { 0 };
	struct buf value CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	bool known = false;

	if (!name)
		return memory_error();
	output_field(r, name, &value, &known);
	if (!known && r->error.klass)
		return 0;
	if (!known || value.failed || !output_is_plain(&value)) {
		diagnostic("--write %s: %s", choice,
			   known ? "the value has control characters"
				 : "the value is not known of this image");
		return EXIT_IMAGE;
	}
	if (!file_writer_open(&file, path, &err) &&
	    !file_writer_add(&file, buf_str(&value), value.len, &err) &&
	    !file_writer_commit(&file, &err))
		return 0;
	diagnostic("--write %s: %s", choice, err.message);
	return EXIT_INTERNAL;
}

/* --- forms ------------------------------------------------------------------------- */

static int put_file(struct output_sink *sink, const struct buf *out)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (!file_writer_add(&sink->file, buf_str(out), out->len, &err))
		return 0;
	diagnostic("%s", err.message);
	return EXIT_INTERNAL;
}

int output_put(struct output_sink *sink, const struct buf *out)
{
	int failed = sink->to_file && !out->failed ? put_file(sink, out) : put_stdout(out);

	sink->failed = sink->failed || failed;
	return failed;
}

static int put_text(struct output *o, struct output_sink *sink, const struct result *r)
{
	struct buf out CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);

	if (!r->attempted || r->error.klass)
		return 0;
	if (sink->begun)
		buf_putc(&out, '\n');
	sink->begun = true;
	output_text(o->settings, r, &out);
	return output_put(sink, &out);
}

static int put_line(struct output_sink *sink, const struct result *r)
{
	struct buf out CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	struct json_writer w = { .out = &out, .compact = true };

	output_json_result(&w, r);
	buf_putc(&out, '\n');
	return output_put(sink, &out);
}

/* What there is of the document goes out: a list may be of 100,000 images. */
static int put_document(struct output_sink *sink)
{
	int failed = output_put(sink, &sink->document);

	buf_clear(&sink->document);
	return failed;
}

static int put_result(struct output *o, struct output_sink *sink, const struct result *r)
{
	switch (sink->format) {
	case OUTPUT_TEXT:
		return put_text(o, sink, r);
	case OUTPUT_JSON:
		output_json_result(&sink->json, r);
		return put_document(sink);
	case OUTPUT_NDJSON:
		return put_line(sink, r);
	case OUTPUT_GITHUB:
		output_github_result(o, r);
		return 0;
	case OUTPUT_DOTENV:
		return 0;
	}
	return 0;
}

static int put_dotenv(struct output *o, struct output_sink *sink, const struct tally *tally)
{
	struct buf out CLEANUP_BUF = BUF_INIT(2 * LIMIT_DOTENV);

	pairs_add_dotenv(&o->pairs, tally, &out);
	return output_put(sink, &out);
}

static int end_form(struct output *o, struct output_sink *sink, const struct tally *tally)
{
	switch (sink->format) {
	case OUTPUT_JSON:
		output_json_end(&sink->json, tally);
		return put_document(sink);
	case OUTPUT_DOTENV:
		return put_dotenv(o, sink, tally);
	case OUTPUT_GITHUB:
		return output_github_end(o, sink, tally);
	case OUTPUT_TEXT:
	case OUTPUT_NDJSON:
		return 0;
	}
	return 0;
}

static int end_sink(struct output *o, struct output_sink *sink, const struct tally *tally)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = end_form(o, sink, tally);

	/* A text of failures alone is none, nor is half of one: what was there stays. */
	if (failed || sink->failed || !sink->to_file ||
	    (sink->format == OUTPUT_TEXT && !sink->begun))
		return failed;
	if (!file_writer_commit(&sink->file, &err))
		return 0;
	diagnostic("%s", err.message);
	return EXIT_INTERNAL;
}

/* --- all of it --------------------------------------------------------------------- */

static int open_sink(struct output *o, const struct output_choice *choice)
{
	struct output_sink *sink = &o->sinks[o->count++];
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	sink->format = choice->format;
	sink->to_file = choice->path;
	sink->document.max = OUTPUT_MAX;
	sink->json.out = &sink->document;
	if (choice->path && file_writer_open(&sink->file, choice->path, &err))
		return usage_error("%s", err.message);
	if (sink->format == OUTPUT_JSON)
		output_json_begin(&sink->json, &o->ci);
	return sink->format == OUTPUT_GITHUB ? output_github_check(sink) : 0;
}

static int check_fields(const struct settings *settings)
{
	int failed = settings->get ? output_check_field(settings->get) : 0;

	for (size_t i = 0; i < settings->writes.count && !failed; i++) {
		const char *choice = settings->writes.items[i];
		char *name CLEANUP_FREE = strndup(choice, strcspn(choice, "="));

		failed = name ? output_check_field(name) : memory_error();
	}
	return failed;
}

int output_begin(struct output *o, const struct settings *settings)
{
	static const struct output_choice text = { .format = OUTPUT_TEXT };
	const struct output_choices *choices = &settings->outputs;
	int failed = check_fields(settings);

	*o = (struct output){ .settings = settings, .summary = BUF_INIT(LIMIT_STEP_SUMMARY) };
	if (ci_detect(NULL, &o->ci))
		return memory_error();
	for (int i = 0; i < choices->count && !failed; i++)
		failed = open_sink(o, &choices->items[i]);
	if (choices->count == 0 && !settings->get && !settings->raw && !failed)
		failed = open_sink(o, &text);
	return failed;
}

static void note(struct output *o, int failed)
{
	if (failed)
		o->status = failed;
}

void output_result(struct output *o, const struct result *r)
{
	const struct settings *s = o->settings;

	if ((s->get || s->raw) && r->attempted && !r->error.klass)
		note(o, print_value(s, r));
	for (size_t i = 0; i < s->writes.count; i++)
		note(o, write_field(s->writes.items[i], r));
	pairs_take(&o->pairs, r);
	for (int i = 0; i < o->count; i++)
		note(o, put_result(o, &o->sinks[i], r));
}

int output_end(struct output *o, const struct tally *tally)
{
	int status = tally_exit_status(tally);

	for (int i = 0; i < o->count; i++)
		note(o, end_sink(o, &o->sinks[i], tally));
	return status == EXIT_DONE ? o->status : status;
}

void output_free(struct output *o)
{
	for (int i = 0; i < o->count; i++) {
		file_writer_close(&o->sinks[i].file);
		buf_free(&o->sinks[i].document);
	}
	ci_free(&o->ci);
	pairs_free(&o->pairs);
	buf_free(&o->summary);
}
