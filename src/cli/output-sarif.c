/* SPDX-License-Identifier: MIT */
/*
 * SARIF 2.1.0 as GitHub's code scanning takes it. Levels stand for the service's own words
 * (asap, later, nntf); no severity score is made up.
 */
#include <stdlib.h>
#include <string.h>
#include <scanreq/scanreq.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/output-findings.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

const char *output_findings_image(const struct result *r)
{
	const char *reference = r->image ? scanreq_image_fact(r->image, SCANREQ_FACT_REFERENCE)
					 : NULL;

	if (reference)
		return reference;
	return r->input && strcmp(r->input, "-") != 0
		       ? r->input
		       : scanreq_findings_text(r->findings, SCANREQ_FINDINGS_DIGEST);
}

const char *output_findings_rule(const struct scanreq_findings *f, size_t i)
{
	const char *cve = scanreq_findings_listed_text(f, i, SCANREQ_FINDING_CVE);
	const char *name = scanreq_findings_listed_text(f, i, SCANREQ_FINDING_NAME);

	return cve ? cve : name ? name
				: scanreq_category_name(scanreq_findings_listed_category(f, i));
}

static void sarif_member(struct json_writer *w, const char *name, const char *value)
{
	json_write_name(w, name);
	json_write_string(w, value);
}

static void sarif_text(struct json_writer *w, const char *name, const char *text)
{
	json_write_name(w, name);
	json_write_begin(w, '{');
	sarif_member(w, "text", text);
	json_write_end(w, '}');
}

/* --- rules ------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The ids of all rules, sorted, each once; borrowed. NULL: no memory. */
static const char **sarif_rules(const struct scanreq_findings *f, size_t *count)
{
	size_t total = scanreq_findings_listed(f), kept = 0;
	const char **rules = calloc(total + 1, sizeof(*rules));

	for (size_t i = 0; rules && i < total; i++)
		rules[i] = output_findings_rule(f, i);
	if (rules)
		qsort(rules, total, sizeof(*rules), compare_texts);
	for (size_t i = 0; rules && i < total; i++)
		if (kept == 0 || strcmp(rules[kept - 1], rules[i]) != 0)
			rules[kept++] = rules[i];
	*count = kept;
	return rules;
}

static void sarif_tool(struct json_writer *w, const char *const *rules, size_t count)
{
	json_write_name(w, "tool");
	json_write_begin(w, '{');
	json_write_name(w, "driver");
	json_write_begin(w, '{');
	sarif_member(w, "name", "scanreq");
	sarif_member(w, "version", scanreq_version());
	json_write_name(w, "rules");
	json_write_begin(w, '[');
	for (size_t i = 0; i < count; i++) {
		json_write_begin(w, '{');
		sarif_member(w, "id", rules[i]);
		sarif_text(w, "shortDescription", rules[i]);
		sarif_text(w, "fullDescription",
			   "Reported by Alibaba Cloud Security Center for a container image.");
		sarif_text(w, "help", "Security Center's console describes the finding.");
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
	json_write_end(w, '}');
	json_write_end(w, '}');
}

/* --- results ----------------------------------------------------------------------- */

/* An unknown word counts as the worst one. */
static const char *sarif_level(const struct scanreq_findings *f, size_t i)
{
	static const struct {
		const char *word, *level;
	} levels[] = {
		{ "later", "warning" },      { "nntf", "note" },   { "suspicious", "warning" },
		{ "medium", "warning" },     { "remind", "note" }, { "low", "note" },
	};
	const char *word = scanreq_findings_listed_text(f, i, SCANREQ_FINDING_NECESSITY);

	if (!word)
		word = scanreq_findings_listed_text(f, i, SCANREQ_FINDING_LEVEL);
	for (size_t k = 0; word && k < ARRAY_LENGTH(levels); k++)
		if (strcmp(word, levels[k].word) == 0)
			return levels[k].level;
	return "error";
}

static void sarif_message(struct json_writer *w, const struct scanreq_findings *f, size_t i)
{
	static const struct {
		const char *before;
		enum scanreq_finding_text text;
	} parts[] = {
		{ ": ", SCANREQ_FINDING_ALIAS },   { "; package ", SCANREQ_FINDING_PACKAGE },
		{ " ", SCANREQ_FINDING_VERSION },  { "; priority ", SCANREQ_FINDING_NECESSITY },
		{ "; level ", SCANREQ_FINDING_LEVEL }, { "; fix: ", SCANREQ_FINDING_FIX },
		{ "; layer ", SCANREQ_FINDING_LAYER },
	};
	struct buf text CLEANUP_BUF = BUF_INIT(16 * LIMIT_LINE);

	buf_puts(&text, output_findings_rule(f, i));
	for (size_t k = 0; k < ARRAY_LENGTH(parts); k++) {
		const char *value = scanreq_findings_listed_text(f, i, parts[k].text);

		if (!value)
			continue;
		buf_puts(&text, parts[k].before);
		buf_add_escaped(&text, value, strlen(value));
	}
	sarif_text(w, "message", buf_str(&text));
}

/* A relative URI: the file in the image, else the image. */
static void sarif_location(struct json_writer *w, const struct result *r, size_t i)
{
	const char *path = scanreq_findings_listed_text(r->findings, i, SCANREQ_FINDING_PATH);
	struct buf uri CLEANUP_BUF = BUF_INIT(16 * LIMIT_LINE);

	path = path ? path : output_findings_image(r);
	while (*path == '/')
		path++;
	while (*path) {
		size_t len = strcspn(path, "/");

		percent_encode(&uri, path, len);
		path += len;
		if (*path == '/')
			buf_putc(&uri, *path++);
	}
	json_write_name(w, "locations");
	json_write_begin(w, '[');
	json_write_begin(w, '{');
	json_write_name(w, "physicalLocation");
	json_write_begin(w, '{');
	json_write_name(w, "artifactLocation");
	json_write_begin(w, '{');
	sarif_member(w, "uri", uri.len > 0 ? buf_str(&uri) : "image");
	json_write_end(w, '}');
	json_write_name(w, "region");
	json_write_begin(w, '{');
	json_write_name(w, "startLine");
	json_write_int(w, 1); /* GitHub shows no result without a line */
	json_write_end(w, '}');
	json_write_end(w, '}');
	json_write_end(w, '}');
	json_write_end(w, ']');
}

static void sarif_results(struct json_writer *w, const struct result *r)
{
	json_write_name(w, "results");
	json_write_begin(w, '[');
	for (size_t i = 0; i < scanreq_findings_listed(r->findings); i++) {
		json_write_begin(w, '{');
		sarif_member(w, "ruleId", output_findings_rule(r->findings, i));
		sarif_member(w, "level", sarif_level(r->findings, i));
		sarif_message(w, r->findings, i);
		sarif_location(w, r, i);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

/* What was not read is said, so that an empty list does not look like a result. */
static void sarif_notification(struct json_writer *w, const char *what, const char *why)
{
	struct buf text CLEANUP_BUF = BUF_INIT(2 * LIMIT_LINE);

	if (!why)
		return;
	buf_addf(&text, "%s: %s", what, why);
	json_write_begin(w, '{');
	sarif_member(w, "level", "warning");
	sarif_text(w, "message", buf_str(&text));
	json_write_end(w, '}');
}

bool output_findings_whole(const struct result *r)
{
	const struct scanreq_findings *f = r->findings;

	for (int i = 0; f && i < SCANREQ_CATEGORY_COUNT_; i++)
		if (scanreq_findings_why(f, (enum scanreq_category)i))
			return false;
	return f && !scanreq_findings_text(f, SCANREQ_FINDINGS_LIST_WHY);
}

static void sarif_invocation(struct json_writer *w, const struct result *r)
{
	const struct scanreq_findings *f = r->findings;

	json_write_name(w, "invocations");
	json_write_begin(w, '[');
	json_write_begin(w, '{');
	json_write_name(w, "executionSuccessful");
	json_write_bool(w, output_findings_whole(r));
	json_write_name(w, "toolExecutionNotifications");
	json_write_begin(w, '[');
	for (int i = 0; i < SCANREQ_CATEGORY_COUNT_; i++)
		sarif_notification(w, scanreq_category_name((enum scanreq_category)i),
				   scanreq_findings_why(f, (enum scanreq_category)i));
	sarif_notification(w, "list", scanreq_findings_text(f, SCANREQ_FINDINGS_LIST_WHY));
	sarif_notification(w, "gate", r->gate.klass ? r->gate.message : NULL);
	json_write_end(w, ']');
	json_write_end(w, '}');
	json_write_end(w, ']');
}

/* --- the log ----------------------------------------------------------------------- */

void output_sarif_begin(struct json_writer *w)
{
	json_write_begin(w, '{');
	sarif_member(w, "$schema", SCHEMA);
	sarif_member(w, "version", "2.1.0");
	json_write_name(w, "runs");
	json_write_begin(w, '[');
}

void output_sarif_result(struct json_writer *w, const struct result *r)
{
	struct buf id CLEANUP_BUF = BUF_INIT(2 * LIMIT_LINE);
	const char **rules CLEANUP_FREE = NULL;
	size_t count;

	if (!r->findings)
		return;
	rules = sarif_rules(r->findings, &count);
	if (!rules) {
		w->out->failed = SCANREQ_E_NOMEM;
		return;
	}
	buf_addf(&id, "scanreq/%s/", output_findings_image(r));
	json_write_begin(w, '{');
	sarif_tool(w, rules, count);
	json_write_name(w, "automationDetails");
	json_write_begin(w, '{');
	sarif_member(w, "id", buf_str(&id));
	json_write_end(w, '}');
	sarif_invocation(w, r);
	sarif_results(w, r);
	json_write_end(w, '}');
}

void output_sarif_end(struct json_writer *w)
{
	json_write_end(w, ']');
	json_write_end(w, '}');
	buf_putc(w->out, '\n');
}
