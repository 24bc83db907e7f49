/* SPDX-License-Identifier: MIT */
/*
 * The JSON document, schema "scanreq/1" (docs/scanreq-1.schema.json). Every member is
 * always there, in this order; what is not known is null.
 */
#include <stdlib.h>
#include <scanreq/scanreq.h>

#include "base/json.h"
#include "base/str.h"
#include "cli/exit-status.h"
#include "cli/output-field.h"
#include "cli/output-findings.h"
#include "cli/output.h"

static void output_json_text(struct json_writer *w, const char *name, const char *value)
{
	json_write_name(w, name);
	json_write_string(w, text_or_null(value));
}

static void number(struct json_writer *w, const char *name, int64_t value)
{
	json_write_name(w, name);
	json_write_int(w, value);
}

static void number_or_null(struct json_writer *w, const char *name, bool known, int64_t value)
{
	json_write_name(w, name);
	if (known)
		json_write_int(w, value);
	else
		json_write_null(w);
}

/* A number that is kept as text; null when it is absent or no number. */
static void decimal(struct json_writer *w, const char *name, const char *value)
{
	int64_t n = 0;
	bool known = value && str_to_int64(value, &n);

	number_or_null(w, name, known, n);
}

static void fact(struct json_writer *w, const char *name, const struct scanreq_image *image,
		 enum scanreq_fact which)
{
	output_json_text(w, name, image ? scanreq_image_fact(image, which) : NULL);
}

static void list(struct json_writer *w, const char *name, const struct scanreq_image *image,
		 enum scanreq_list which)
{
	json_write_name(w, name);
	json_write_begin(w, '[');
	for (size_t i = 0; image && i < scanreq_image_count(image, which); i++)
		json_write_string(w, scanreq_image_item(image, which, i));
	json_write_end(w, ']');
}

/* --- facts ------------------------------------------------------------------------- */

static void size(struct json_writer *w, const char *name, const struct scanreq_image *image,
		 enum scanreq_size which)
{
	int64_t bytes = image ? scanreq_image_size(image, which) : -1;

	number_or_null(w, name, bytes >= 0, bytes);
}

static void sizes(struct json_writer *w, const struct scanreq_image *image)
{
	json_write_name(w, "size");
	json_write_begin(w, '{');
	size(w, "bytes", image, SCANREQ_SIZE_TOTAL);
	fact(w, "basis", image, SCANREQ_FACT_SIZE_BASIS);
	size(w, "config", image, SCANREQ_SIZE_CONFIG);
	size(w, "layers", image, SCANREQ_SIZE_LAYERS);
	size(w, "unique", image, SCANREQ_SIZE_UNIQUE);
	json_write_end(w, '}');
}

static void layers(struct json_writer *w, const struct scanreq_image *image)
{
	const char *digest, *media_type;
	int64_t bytes;

	json_write_name(w, "layers");
	json_write_begin(w, '[');
	for (size_t i = 0;
	     image && scanreq_image_layer(image, i, &digest, &bytes, &media_type); i++) {
		json_write_begin(w, '{');
		output_json_text(w, "digest", digest);
		number_or_null(w, "size", bytes >= 0, bytes);
		output_json_text(w, "media_type", media_type);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

static void labels(struct json_writer *w, const struct scanreq_image *image)
{
	const char *name, *value;

	json_write_name(w, "labels");
	json_write_begin(w, '{');
	for (size_t i = 0; image && scanreq_image_label(image, i, &name, &value); i++) {
		json_write_name(w, name);
		json_write_string(w, value);
	}
	json_write_end(w, '}');
}

static void output_json_facts(struct json_writer *w, const struct scanreq_image *image)
{
	fact(w, "source", image, SCANREQ_FACT_SOURCE);
	fact(w, "reference", image, SCANREQ_FACT_REFERENCE);
	list(w, "names", image, SCANREQ_LIST_NAMES);
	fact(w, "registry", image, SCANREQ_FACT_REGISTRY);
	fact(w, "repository", image, SCANREQ_FACT_REPOSITORY);
	fact(w, "namespace", image, SCANREQ_FACT_NAMESPACE);
	fact(w, "repo_name", image, SCANREQ_FACT_REPO_NAME);
	fact(w, "tag", image, SCANREQ_FACT_TAG);
	fact(w, "platform", image, SCANREQ_FACT_PLATFORM);
	list(w, "platforms", image, SCANREQ_LIST_PLATFORMS);
	fact(w, "index_digest", image, SCANREQ_FACT_INDEX_DIGEST);
	fact(w, "manifest_digest", image, SCANREQ_FACT_MANIFEST_DIGEST);
	fact(w, "archive_manifest_digest", image, SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST);
	fact(w, "config_digest", image, SCANREQ_FACT_CONFIG_DIGEST);
	fact(w, "media_type", image, SCANREQ_FACT_MEDIA_TYPE);
	sizes(w, image);
	layers(w, image);
	json_write_name(w, "layers_verified");
	json_write_bool(w, image && scanreq_image_layers_verified(image));
	fact(w, "created", image, SCANREQ_FACT_CREATED);
	fact(w, "updated", image, SCANREQ_FACT_UPDATED);
	labels(w, image);
}

/* --- parameters -------------------------------------------------------------------- */

static void output_json_parameter(struct json_writer *w, const struct scanreq_request *request,
				  enum scanreq_param p)
{
	const char *value = scanreq_request_value(request, p);

	switch (p) {
	case SCANREQ_PARAM_TOKEN:
		output_json_text(w, scanreq_param_name(p), value ? "***" : NULL);
		break;
	case SCANREQ_PARAM_IMAGE_SIZE:
	case SCANREQ_PARAM_IMAGE_CREATE:
	case SCANREQ_PARAM_IMAGE_UPDATE:
		decimal(w, scanreq_param_name(p), value);
		break;
	default:
		json_write_name(w, scanreq_param_name(p));
		json_write_string(w, value); /* an empty value is sent, so it is shown */
	}
}

static void parameters(struct json_writer *w, const struct scanreq_request *request, bool read)
{
	json_write_name(w, "request");
	if (!request || !read) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		output_json_parameter(w, request, (enum scanreq_param)p);
	json_write_end(w, '}');
}

static void provenance(struct json_writer *w, const struct scanreq_request *request, bool read)
{
	json_write_name(w, "provenance");
	json_write_begin(w, '{');
	for (int i = 0; request && read && i < SCANREQ_PARAM_COUNT_; i++) {
		enum scanreq_param p = (enum scanreq_param)i;

		if (!scanreq_request_value(request, p))
			continue;
		json_write_name(w, scanreq_param_name(p));
		json_write_begin(w, '{');
		output_json_text(w, "how", scanreq_how_name(scanreq_request_how(request, p)));
		output_json_text(w, "from", scanreq_request_note(request, p));
		json_write_end(w, '}');
	}
	json_write_end(w, '}');
}

static void omitted(struct json_writer *w, const struct scanreq_request *request, bool read)
{
	json_write_name(w, "omitted");
	json_write_begin(w, '{');
	for (int i = 0; request && read && i < SCANREQ_PARAM_COUNT_; i++) {
		enum scanreq_param p = (enum scanreq_param)i;

		if (!scanreq_request_value(request, p) && scanreq_request_note(request, p))
			output_json_text(w, scanreq_param_name(p),
					 scanreq_request_note(request, p));
	}
	json_write_end(w, '}');
}

/* --- submission -------------------------------------------------------------------- */

static void http_headers(struct json_writer *w, const struct scanreq_submission *s)
{
	const char *name, *value;

	json_write_name(w, "headers");
	json_write_begin(w, '[');
	for (size_t i = 0; scanreq_submission_header(s, i, &name, &value); i++) {
		json_write_begin(w, '{');
		output_json_text(w, "name", name);
		json_write_name(w, "value");
		json_write_string(w, value);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

static void http_request(struct json_writer *w, const struct scanreq_submission *s)
{
	json_write_name(w, "http_request");
	if (!s || scanreq_submission_status(s) != SCANREQ_STATUS_DRY_RUN) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	output_json_text(w, "method", scanreq_submission_text(s, SCANREQ_SUBMISSION_METHOD));
	output_json_text(w, "url", scanreq_submission_text(s, SCANREQ_SUBMISSION_URL));
	http_headers(w, s);
	json_write_name(w, "body");
	json_write_string(w, scanreq_submission_text(s, SCANREQ_SUBMISSION_BODY));
	output_json_text(w, "canonical_request",
			 scanreq_submission_text(s, SCANREQ_SUBMISSION_CANONICAL_REQUEST));
	output_json_text(w, "string_to_sign",
			 scanreq_submission_text(s, SCANREQ_SUBMISSION_STRING_TO_SIGN));
	json_write_end(w, '}');
}

/* All members are null for an image that was not reached or could not be read. */
static void output_json_answer(struct json_writer *w, const struct result *r)
{
	for (const struct answer_field *f = answer_fields; f->name; f++) {
		const char *value = result_answer(r, f->text);

		if (f->number)
			decimal(w, f->name, value);
		else
			output_json_text(w, f->name, value);
	}
}

static void submission(struct json_writer *w, const struct result *r)
{
	const struct scanreq_submission *s = r->submission;

	json_write_name(w, "submission");
	if (!r->submits) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	output_json_text(w, "status", result_status(r));
	output_json_answer(w, r);
	number(w, "attempts", s ? scanreq_submission_attempts(s) : 0);
	http_request(w, s);
	json_write_end(w, '}');
}

static void wait(struct json_writer *w, const struct scanreq_task *task)
{
	json_write_name(w, "wait");
	if (!task) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	output_json_text(w, "task_id", scanreq_task_text(task, SCANREQ_TASK_TEXT_ID));
	output_json_text(w, "state", scanreq_task_state_name(scanreq_task_state(task)));
	output_json_text(w, "status", scanreq_task_text(task, SCANREQ_TASK_TEXT_STATUS));
	decimal(w, "start_time", scanreq_task_text(task, SCANREQ_TASK_TEXT_START_TIME));
	decimal(w, "finish_time", scanreq_task_text(task, SCANREQ_TASK_TEXT_FINISH_TIME));
	number(w, "polls", scanreq_task_polls(task));
	json_write_end(w, '}');
}

/* --- results ----------------------------------------------------------------------- */

static void error(struct json_writer *w, const struct scanreq_error *err)
{
	json_write_name(w, "error");
	if (!err->klass) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	output_json_text(w, "class", scanreq_class_name(err->klass));
	number(w, "exit_code", exit_status_of(err->klass));
	output_json_text(w, "code", scanreq_code_name(err->code));
	output_json_text(w, "message", err->message);
	output_json_text(w, "setting", err->setting);
	output_json_text(w, "service_code", err->service_code);
	number_or_null(w, "http_status", err->http_status != 0, err->http_status);
	output_json_text(w, "host", err->host);
	json_write_end(w, '}');
}

static void warnings(struct json_writer *w, const struct result *r)
{
	const char *warning;

	json_write_name(w, "warnings");
	json_write_begin(w, '[');
	for (size_t i = 0;
	     r->image && i < scanreq_image_count(r->image, SCANREQ_LIST_WARNINGS); i++)
		json_write_string(w, scanreq_image_item(r->image, SCANREQ_LIST_WARNINGS, i));
	for (size_t i = 0;
	     r->submits && r->request && (warning = scanreq_request_warning(r->request, i));
	     i++)
		json_write_string(w, warning);
	warning = result_warning(r);
	if (warning)
		json_write_string(w, warning);
	json_write_end(w, ']');
}

void output_json_result(struct json_writer *w, const struct result *r)
{
	bool read = r->image || (!r->input && r->request);

	json_write_begin(w, '{');
	output_json_text(w, "input", r->input);
	output_json_facts(w, r->image);
	parameters(w, r->request, read);
	provenance(w, r->request, read);
	omitted(w, r->request, read);
	submission(w, r);
	wait(w, r->task);
	output_findings_json(w, r);
	error(w, &r->error);
	warnings(w, r);
	json_write_end(w, '}');
}

/* --- the document ------------------------------------------------------------------ */

static void ci_system(struct json_writer *w, const struct ci *ci)
{
	json_write_name(w, "ci");
	if (!ci->system) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	output_json_text(w, "system", ci->system);
	output_json_text(w, "build_url", ci->build_url);
	output_json_text(w, "job", ci->job);
	output_json_text(w, "number", ci->number);
	output_json_text(w, "commit", ci->commit);
	output_json_text(w, "ref", ci->ref);
	json_write_end(w, '}');
}

void output_json_begin(struct json_writer *w, const struct ci *ci)
{
	json_write_begin(w, '{');
	output_json_text(w, "schema", "scanreq/1");
	json_write_name(w, "tool");
	json_write_begin(w, '{');
	output_json_text(w, "name", "scanreq");
	output_json_text(w, "version", scanreq_version());
	json_write_end(w, '}');
	ci_system(w, ci);
	json_write_name(w, "results");
	json_write_begin(w, '[');
}

void output_json_summary(struct json_writer *w, const struct tally *t)
{
	json_write_begin(w, '{');
	number(w, "total", (int64_t)t->total);
	number(w, "accepted", (int64_t)t->accepted);
	number(w, "already_accepted", (int64_t)t->already_accepted);
	number(w, "not_attempted", (int64_t)t->not_attempted);
	number(w, "unknown", (int64_t)t->unknown);
	number(w, "failed", (int64_t)t->failed);
	number(w, "exit_code", tally_exit_status(t));
	json_write_end(w, '}');
}

void output_json_end(struct json_writer *w, const struct tally *t)
{
	json_write_end(w, ']');
	json_write_name(w, "summary");
	output_json_summary(w, t);
	json_write_end(w, '}');
	buf_putc(w->out, '\n');
}
