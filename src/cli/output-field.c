/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/output-field.h"

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
	{ "updated", SCANREQ_FACT_UPDATED },
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

/* --- what is worked out ------------------------------------------------------------ */

static const char *fact_of(const struct result *r, enum scanreq_fact which)
{
	return r->image ? text_or_null(scanreq_image_fact(r->image, which)) : NULL;
}

static const char *parameter_of(const struct result *r, enum scanreq_param p)
{
	const char *value = r->request ? scanreq_request_value(r->request, p) : NULL;

	return value && p == SCANREQ_PARAM_TOKEN ? "***" : value;
}

static void add_status(const struct result *r, struct buf *out)
{
	if (r->submits)
		buf_puts(out, result_status(r));
}

static void add_exit_code(const struct result *r, struct buf *out)
{
	buf_addf(out, "%d", exit_status_of(r->error.klass));
}

static void add_size(const struct result *r, struct buf *out)
{
	int64_t size = r->image ? scanreq_image_size(r->image, SCANREQ_SIZE_TOTAL) : -1;

	if (size >= 0)
		buf_addf(out, "%" PRId64, size);
}

static void add_task_state(const struct result *r, struct buf *out)
{
	if (r->task)
		buf_puts(out, scanreq_task_state_name(scanreq_task_state(r->task)));
}

static void add_message(const struct result *r, struct buf *out)
{
	const char *task = text_or_null(result_answer(r, SCANREQ_SUBMISSION_TASK_ID));
	const char *digest = fact_of(r, SCANREQ_FACT_MANIFEST_DIGEST);
	const char *name = fact_of(r, SCANREQ_FACT_REFERENCE);

	name = name ? name : r->input ? r->input : "the given parameters";
	digest = digest ? digest : fact_of(r, SCANREQ_FACT_CONFIG_DIGEST);
	if (r->error.klass)
		buf_puts(out, r->error.message);
	else if (r->task && !r->submits)
		buf_addf(out, "task %s: %s", scanreq_task_text(r->task, SCANREQ_TASK_TEXT_ID),
			 scanreq_task_state_name(scanreq_task_state(r->task)));
	else if (r->submits)
		buf_addf(out, "%s: %s%s%s", result_status(r), name,
			 task ? ", task " : "", task ? task : "");
	else
		buf_addf(out, "%s: %s", name, digest ? digest : "no digest");
}

static const struct {
	const char *name;
	void (*add)(const struct result *r, struct buf *out); /* adds nothing: not known */
} worked_out[] = {
	{ "size", add_size },
	{ "task_state", add_task_state },
	{ "status", add_status },
	{ "exit_code", add_exit_code },
	{ "message", add_message },
};

/* --- all fields -------------------------------------------------------------------- */

/* A field that is kept as one text. *value may become NULL. */
static bool find_text(const struct result *r, const char *name, const char **value)
{
	for (size_t i = 0; i < ARRAY_LENGTH(fact_fields); i++)
		if (strcmp(name, fact_fields[i].name) == 0) {
			*value = fact_of(r, fact_fields[i].fact);
			return true;
		}
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		if (strcmp(name, scanreq_param_name((enum scanreq_param)p)) == 0) {
			*value = parameter_of(r, (enum scanreq_param)p);
			return true;
		}
	for (const struct answer_field *f = answer_fields; f->name; f++)
		if (strcmp(name, f->name) == 0) {
			*value = text_or_null(result_answer(r, f->text));
			return true;
		}
	*value = r->input;
	return strcmp(name, "input") == 0;
}

bool output_field(const struct result *r, const char *name, struct buf *out, bool *known)
{
	const char *value;
	size_t before = out->len;

	*known = false;
	if (find_text(r, name, &value)) {
		*known = value;
		buf_puts(out, value ? value : "");
		return true;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(worked_out); i++)
		if (strcmp(name, worked_out[i].name) == 0) {
			worked_out[i].add(r, out);
			*known = out->len > before;
			return true;
		}
	return false;
}

const char *output_field_name(size_t i)
{
	static const size_t answers = ARRAY_LENGTH(answer_fields) - 1;

	if (i < ARRAY_LENGTH(fact_fields))
		return fact_fields[i].name;
	i -= ARRAY_LENGTH(fact_fields);
	if (i < ARRAY_LENGTH(worked_out))
		return worked_out[i].name;
	i -= ARRAY_LENGTH(worked_out);
	if (i < SCANREQ_PARAM_COUNT_)
		return scanreq_param_name((enum scanreq_param)i);
	i -= SCANREQ_PARAM_COUNT_;
	if (i < answers)
		return answer_fields[i].name;
	return i == answers ? "input" : NULL;
}

int output_check_field(const char *name)
{
	struct nearest search = nearest_to(name);
	struct buf all CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	const char *field;

	for (size_t i = 0; (field = output_field_name(i)); i++) {
		if (strcmp(name, field) == 0)
			return 0;
		nearest_offer(&search, field);
		buf_addf(&all, "%s%s", i ? ", " : "", field);
	}
	if (search.best)
		return usage_error("there is no field \"%s\": did you mean %s?", name,
				   search.best);
	return usage_error("there is no field \"%s\": the fields are %s", name, buf_str(&all));
}

bool output_is_plain(const struct buf *value)
{
	const char *s = buf_str(value);

	for (size_t len = value->len, n; len > 0; s += n, len -= n) {
		n = utf8_length(s, len);
		if (n == 0 || utf8_unprintable(s, n))
			return false;
	}
	return true;
}
