/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/output-field.h"
#include "cli/output-findings.h"
#include "cli/output.h"
#include "cli/progress.h"

/* Room for a few thousand layers and labels in either form. */
#define OUTPUT_MAX (256 * MIB)

/* Says nothing when the reader has closed the pipe, as head(1) does. */
static int stdout_failed(int number)
{
	if (number == EPIPE)
		return EXIT_SIGNAL + SIGPIPE;
	diagnostic("cannot write to standard output: %s", strerror(number));
	return EXIT_INTERNAL;
}

/*
 * Hold the progress line only on a terminal, where it would mix with the result. write() may
 * block on a pipe, and a held line would block messages and the handling of signals, too.
 */
static int write_stdout(const struct buf *out)
{
	bool terminal = isatty(STDOUT_FILENO);
	int failed, number;

	if (terminal)
		progress_hold();
	failed = fd_write(STDOUT_FILENO, buf_str(out), out->len);
	number = errno;
	if (terminal)
		progress_release();
	return failed ? stdout_failed(number) : 0;
}

static int check_built(const struct buf *out)
{
	if (out->failed == SCANREQ_E_NOMEM)
		return memory_error();
	if (!out->failed)
		return 0;
	diagnostic("the result is larger than %zu bytes", out->max);
	return EXIT_INTERNAL;
}

static int put_stdout(const struct buf *out)
{
	int failed = check_built(out);

	return failed ? failed : write_stdout(out);
}

/* Some file systems report a full disk only at close(). */
static int end_stdout(void)
{
	int fd = dup(STDOUT_FILENO);

	return fd >= 0 && close(fd) ? stdout_failed(errno) : 0;
}

/* After ">&-" main() has opened /dev/null there for reading. */
static int check_stdout(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY)
		return 0;
	return usage_error("standard output is closed or cannot be written: open it, or write "
			   "results to files alone with -o FORM=FILE");
}

/* One bare value on a line. */
static int add_field(const char *name, const struct result *r, struct buf *out)
{
	struct buf value CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	bool known = false;

	output_field(r, name, &value, &known);
	if (value.failed)
		return check_built(&value);
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
		if (!scanreq_image_raw(r->image, SCANREQ_DOCUMENT_CONFIG, &len))
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

/* One --write. Writes nothing for a failed image whose value is not known. */
static int write_value(struct output_value *v, const struct result *r)
{
	struct buf value CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	bool known = false;

	output_field(r, v->field, &value, &known);
	if (value.failed)
		return check_built(&value);
	if (!known && r->error.klass)
		return 0;
	if (!known || !output_is_plain(&value)) {
		diagnostic("--write %s: %s", v->field,
			   known ? "the value has control characters"
				 : "the value is not known of this image");
		return EXIT_IMAGE;
	}
	if (!file_writer_add(&v->file, buf_str(&value), value.len, &err) &&
	    !file_writer_commit(&v->file, &err))
		return 0;
	diagnostic("--write %s: %s", v->field, err.message);
	return EXIT_INTERNAL;
}

static int open_value(struct output_value *v, const char *choice)
{
	size_t len = strcspn(choice, "=");
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed;

	v->field = strndup(choice, len);
	if (!v->field)
		return memory_error();
	failed = output_check_field(v->field);
	if (!failed && file_writer_open(&v->file, choice + len + 1, &err)) {
		diagnostic("--write %s: %s", v->field, err.message);
		failed = exit_status_of(err.klass);
	}
	return failed;
}

static int open_values(struct output *o)
{
	const struct strv *writes = &o->settings->writes;
	int failed = 0;

	if (writes->count == 0)
		return 0;
	o->values = calloc(writes->count, sizeof(*o->values));
	if (!o->values)
		return memory_error();
	for (size_t i = 0; i < writes->count && !failed; i++)
		failed = open_value(&o->values[o->value_count++], writes->items[i]);
	return failed;
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

static int put_sink(struct output_sink *sink, const struct buf *out)
{
	int failed = check_built(out);

	if (!failed)
		failed = sink->to_file ? put_file(sink, out) : write_stdout(out);
	sink->failed = failed;
	return failed;
}

static int put_text(struct output *o, struct output_sink *sink, const struct result *r)
{
	struct buf out CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);

	if (!r->attempted || (r->error.klass && !r->findings))
		return 0;
	if (sink->begun)
		buf_putc(&out, '\n');
	sink->begun = true;
	output_text(o->settings, r, &out);
	return put_sink(sink, &out);
}

static int put_line(struct output_sink *sink, const struct result *r)
{
	struct buf out CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	struct json_writer w = { .out = &out, .compact = true };

	output_json_result(&w, r);
	buf_putc(&out, '\n');
	return put_sink(sink, &out);
}

/* Writes the document piece by piece: a list may have 100,000 images. */
static int put_document(struct output_sink *sink)
{
	int failed = put_sink(sink, &sink->document);

	buf_clear(&sink->document);
	return failed;
}

static int put_result(struct output *o, struct output_sink *sink, const struct result *r)
{
	if (sink->failed)
		return 0;
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
	case OUTPUT_SARIF:
		output_sarif_result(&sink->json, r);
		return put_document(sink);
	case OUTPUT_GITLAB:
		sink->gap |= !output_findings_whole(r);
		output_gitlab_result(&sink->json, r);
		return put_document(sink);
	case OUTPUT_DOTENV:
		return 0;
	}
	return 0;
}

static int put_dotenv(struct output *o, struct output_sink *sink, const struct tally *tally)
{
	struct buf out CLEANUP_BUF = BUF_INIT(2 * LIMIT_DOTENV);

	pairs_add_dotenv(&o->pairs, tally, &out);
	return put_sink(sink, &out);
}

static int put_github(struct output *o, struct output_sink *sink, const struct tally *tally)
{
	struct buf out CLEANUP_BUF = BUF_INIT(LIMIT_STEP_SUMMARY);
	int failed = output_github_summary(o, tally), put;

	pairs_add_outputs(&o->pairs, tally, &out);
	put = sink->to_file ? put_sink(sink, &out) : output_github_append(&out);
	return put ? put : failed;
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
		return put_github(o, sink, tally);
	case OUTPUT_SARIF:
		output_sarif_end(&sink->json);
		return put_document(sink);
	case OUTPUT_GITLAB:
		output_gitlab_end(&sink->json, !sink->gap);
		return put_document(sink);
	case OUTPUT_TEXT:
	case OUTPUT_NDJSON:
		return 0;
	}
	return 0;
}

static int end_sink(struct output *o, struct output_sink *sink, const struct tally *tally)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = sink->failed ? 0 : end_form(o, sink, tally);

	/* Keep the old file if the new text is incomplete, or if all images failed. */
	if (sink->failed || (sink->format == OUTPUT_TEXT && !sink->begun))
		return failed;
	if (!sink->to_file)
		return failed || sink->format == OUTPUT_GITHUB ? failed : end_stdout();
	if (!file_writer_commit(&sink->file, &err))
		return failed;
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
		return complaint(&err);
	if (sink->format == OUTPUT_GITHUB)
		return output_github_check(sink);
	if (sink->format == OUTPUT_JSON)
		output_json_begin(&sink->json, &o->ci);
	if (sink->format == OUTPUT_SARIF)
		output_sarif_begin(&sink->json);
	if (sink->format == OUTPUT_GITLAB)
		output_gitlab_begin(&sink->json);
	if (sink->document.failed)
		return check_built(&sink->document);
	return choice->path ? 0 : check_stdout();
}

/* --get and --raw replace a form that SCANREQ_OUTPUT sends to standard output. */
static bool gives_way(const struct output *o, const struct output_choice *choice)
{
	return (o->settings->get || o->settings->raw) && o->settings->outputs.inherited &&
	       !choice->path && choice->format != OUTPUT_GITHUB;
}

static int open_sinks(struct output *o)
{
	static const struct output_choice text = { .format = OUTPUT_TEXT };
	const struct settings *settings = o->settings;
	const struct output_choices *choices = &settings->outputs;
	int failed = 0;

	for (int i = 0; i < choices->count && !failed; i++)
		if (!gives_way(o, &choices->items[i]))
			failed = open_sink(o, &choices->items[i]);
	if (failed || settings->get || settings->raw)
		return failed ? failed : check_stdout();
	return choices->count == 0 ? open_sink(o, &text) : 0;
}

int output_begin(struct output *o, const struct settings *settings, struct tally *tally)
{
	int failed = settings->get ? output_check_field(settings->get) : 0;

	*o = (struct output){
		.settings = settings,
		.tally = tally,
		.summary = BUF_INIT(LIMIT_STEP_SUMMARY),
	};
	if (ci_detect(NULL, &o->ci))
		return memory_error();
	if (!failed)
		failed = open_values(o);
	return failed ? failed : open_sinks(o);
}

static void output_note(struct output *o, int failed)
{
	if (failed && !o->tally->unwritten)
		o->tally->unwritten = failed;
}

/* Whether the form is made of all results, at the end. */
static bool has_pairs(const struct output_sink *sink)
{
	return sink->format == OUTPUT_DOTENV || sink->format == OUTPUT_GITHUB;
}

/* Whether results can still be lost: files are renamed into place at the end. */
static bool ends_later(const struct output *o)
{
	for (int i = 0; i < o->count; i++)
		if (o->sinks[i].to_file || has_pairs(&o->sinks[i]))
			return true;
	return false;
}

/* Reports task ids on standard error where the output may lack them. */
static void keep_id(struct output *o, const struct result *r)
{
	bool failed = o->tally->unwritten;

	if (failed)
		unwritten_fail(&o->unwritten);
	if (r && result_is_filed(r) && (failed || ends_later(o)))
		unwritten_add(&o->unwritten, r);
}

static bool wants_pairs(const struct output *o)
{
	for (int i = 0; i < o->count; i++)
		if (has_pairs(&o->sinks[i]))
			return true;
	return false;
}

void output_result(struct output *o, const struct result *r)
{
	const struct settings *s = o->settings;

	if ((s->get || s->raw) && r->attempted && !r->error.klass)
		output_note(o, print_value(s, r));
	for (size_t i = 0; i < o->value_count; i++)
		output_note(o, write_value(&o->values[i], r));
	if (wants_pairs(o))
		pairs_take(&o->pairs, r);
	for (int i = 0; i < o->count; i++)
		output_note(o, put_result(o, &o->sinks[i], r));
	keep_id(o, r);
}

int output_end(struct output *o)
{
	for (int i = 0; i < o->count; i++)
		output_note(o, end_sink(o, &o->sinks[i], o->tally));
	keep_id(o, NULL);
	return tally_exit_status(o->tally);
}

void output_free(struct output *o)
{
	for (int i = 0; i < o->count; i++) {
		file_writer_close(&o->sinks[i].file);
		buf_free(&o->sinks[i].document);
	}
	for (size_t i = 0; i < o->value_count; i++) {
		file_writer_close(&o->values[i].file);
		free(o->values[i].field);
	}
	free(o->values);
	unwritten_free(&o->unwritten);
	ci_free(&o->ci);
	pairs_free(&o->pairs);
	buf_free(&o->summary);
}
