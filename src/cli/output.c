/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/output.h"

/* Room for a few thousand layers and labels in either form. */
#define OUTPUT_MAX (256 * MIB)

const char *text_or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* --- one bare value ---------------------------------------------------------------- */

static const struct {
	const char *name;
	enum scanreq_fact fact;
} fact_fields[] = {
	{ "source", SCANREQ_FACT_SOURCE },
	{ "reference", SCANREQ_FACT_REFERENCE },
	{ "registry", SCANREQ_FACT_REGISTRY },
	{ "repository", SCANREQ_FACT_REPOSITORY },
	{ "namespace", SCANREQ_FACT_NAMESPACE },
	{ "repo_name", SCANREQ_FACT_REPO_NAME },
	{ "tag", SCANREQ_FACT_TAG },
	{ "platform", SCANREQ_FACT_PLATFORM },
	{ "index_digest", SCANREQ_FACT_INDEX_DIGEST },
	{ "manifest_digest", SCANREQ_FACT_MANIFEST_DIGEST },
	{ "archive_manifest_digest", SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST },
	{ "config_digest", SCANREQ_FACT_CONFIG_DIGEST },
	{ "media_type", SCANREQ_FACT_MEDIA_TYPE },
	{ "created", SCANREQ_FACT_CREATED },
};

const struct answer_field answer_fields[] = {
	{ "task_id", SCANREQ_SUBMISSION_TASK_ID, false },
	{ "uuid", SCANREQ_SUBMISSION_UUID, false },
	{ "image_scan_capacity", SCANREQ_SUBMISSION_IMAGE_SCAN_CAPACITY, true },
	{ "repo_region_id", SCANREQ_SUBMISSION_REPO_REGION_ID, false },
	{ "repo_instance_id", SCANREQ_SUBMISSION_REPO_INSTANCE_ID, false },
	{ "repo_id", SCANREQ_SUBMISSION_REPO_ID, false },
	{ "request_id", SCANREQ_SUBMISSION_REQUEST_ID, false },
	{ NULL, 0, false },
};

static bool put(struct buf *out, const char *value)
{
	if (!value)
		return false;
	buf_add_escaped(out, value, strlen(value));
	return true;
}

static bool put_size(struct buf *out, int64_t size)
{
	if (size < 0)
		return false;
	buf_addf(out, "%" PRId64, size);
	return true;
}

static const char *parameter_value(const struct result *r, enum scanreq_param p)
{
	const char *value = r->request ? scanreq_request_value(r->request, p) : NULL;

	return value && p == SCANREQ_PARAM_TOKEN ? "***" : value;
}

bool output_field(const struct result *r, const char *name, struct buf *out, bool *known)
{
	const struct scanreq_image *image = r->image;

	*known = false;
	for (size_t i = 0; i < ARRAY_LENGTH(fact_fields); i++)
		if (strcmp(name, fact_fields[i].name) == 0) {
			*known = image && put(out, scanreq_image_fact(image, fact_fields[i].fact));
			return true;
		}
	for (int p = 0; p < SCANREQ_PARAM_COUNT; p++)
		if (strcmp(name, scanreq_param_name((enum scanreq_param)p)) == 0) {
			*known = put(out, parameter_value(r, (enum scanreq_param)p));
			return true;
		}
	for (const struct answer_field *f = answer_fields; f->name; f++)
		if (strcmp(name, f->name) == 0) {
			*known = put(out, result_answer(r, f->text));
			return true;
		}
	if (strcmp(name, "size") != 0)
		return false;
	*known = image && put_size(out, scanreq_image_size(image, SCANREQ_SIZE_TOTAL));
	return true;
}

/* An unknown name is found out before anything is sent. */
int output_check_field(const char *name)
{
	const struct result none = { .input = NULL };
	struct buf ignored CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	bool known;

	if (output_field(&none, name, &ignored, &known))
		return 0;
	return usage_error("there is no field \"%s\": say a member of the JSON result, such as "
			   "manifest_digest, size, ImageId or task_id", name);
}

static int add_field(const char *name, const struct result *r, struct buf *out)
{
	bool known = false;

	output_field(r, name, out, &known);
	if (!known) {
		diagnostic("%s is not known of this image", name);
		return EXIT_IMAGE;
	}
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
			diagnostic("--raw: an engine hands out no bytes of an image: pipe it in, "
				   "docker save IMAGE | scanreq inspect --raw %s -", name);
		else
			diagnostic("%s has no %s", r->input, name);
		return EXIT_IMAGE;
	}
	buf_add(out, bytes, len);
	return 0;
}

/* --- all forms --------------------------------------------------------------------- */

/* main() checks the stream. */
static int put_out(const struct buf *out)
{
	if (out->failed) {
		diagnostic("the result is too large, or there is no memory for it");
		return EXIT_INTERNAL;
	}
	fwrite(buf_str(out), 1, out->len, stdout);
	return 0;
}

static int add_lines(struct output *o, const struct result *r, struct buf *out)
{
	if (o->settings->get)
		return add_field(o->settings->get, r, out);
	if (o->settings->raw)
		return add_raw(o->settings->raw, r, out);
	if (o->begun)
		buf_putc(out, '\n');
	output_text(o->settings, r, out);
	return 0;
}

void output_begin(struct output *o, const struct settings *settings)
{
	*o = (struct output){ .settings = settings, .document = BUF_INIT(OUTPUT_MAX) };
	o->json.out = &o->document;
	if (settings->format == OUTPUT_JSON)
		output_json_begin(&o->json);
}

void output_result(struct output *o, const struct result *r)
{
	struct buf out CLEANUP_BUF = BUF_INIT(OUTPUT_MAX);
	int failed;

	if (o->settings->format == OUTPUT_JSON) {
		output_json_result(&o->json, r);
		return;
	}
	if (!r->attempted || r->error.klass)
		return;
	failed = add_lines(o, r, &out);
	if (!failed)
		failed = put_out(&out);
	o->begun = true;
	if (failed)
		o->status = failed;
}

int output_end(struct output *o, const struct tally *tally)
{
	int status = tally_exit_status(tally);

	if (o->settings->format == OUTPUT_JSON) {
		output_json_end(&o->json, tally);
		o->status = put_out(&o->document);
	}
	output_free(o);
	return status == EXIT_DONE ? o->status : status;
}

void output_free(struct output *o)
{
	buf_free(&o->document);
}
