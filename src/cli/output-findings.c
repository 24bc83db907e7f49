/* SPDX-License-Identifier: MIT */
/* Findings as text and as a member of the JSON document. */
#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/output-findings.h"

#define LABEL_WIDTH 13

static const char *const finding_names[SCANREQ_FINDING_COUNT_] = {
	[SCANREQ_FINDING_NAME] = "name",
	[SCANREQ_FINDING_ALIAS] = "alias",
	[SCANREQ_FINDING_CVE] = "cve",
	[SCANREQ_FINDING_NECESSITY] = "necessity",
	[SCANREQ_FINDING_LEVEL] = "level",
	[SCANREQ_FINDING_PACKAGE] = "package",
	[SCANREQ_FINDING_VERSION] = "version",
	[SCANREQ_FINDING_FIX] = "fix",
	[SCANREQ_FINDING_LAYER] = "layer",
	[SCANREQ_FINDING_PATH] = "path",
	[SCANREQ_FINDING_STATUS] = "status",
	[SCANREQ_FINDING_MD5] = "md5",
	[SCANREQ_FINDING_OS] = "os",
};

static bool is_vulnerable(enum scanreq_category category)
{
	return category <= SCANREQ_CATEGORY_APPLICATION;
}

/* --- text -------------------------------------------------------------------------- */

static void findings_line(struct buf *out, const char *label, const char *text)
{
	if (!text)
		return;
	buf_addf(out, "%-*s  ", LABEL_WIDTH, label);
	buf_add_escaped(out, text, strlen(text));
	buf_putc(out, '\n');
}

static void findings_count_line(const struct scanreq_findings *f, enum scanreq_category category,
				struct buf *out)
{
	int64_t count = scanreq_findings_count(f, category);

	buf_addf(out, "%-*s  ", LABEL_WIDTH, scanreq_category_name(category));
	if (count < 0) {
		const char *why = scanreq_findings_why(f, category);

		buf_puts(out, "unknown: ");
		buf_add_escaped(out, why ? why : "not asked", strlen(why ? why : "not asked"));
		buf_putc(out, '\n');
		return;
	}
	buf_addf(out, "%" PRId64 "%s reported", count,
		 is_vulnerable(category) ? count == 1 ? " vulnerability" : " vulnerabilities" : "");
	for (int n = 0; is_vulnerable(category) && count > 0 && n < SCANREQ_NECESSITY_COUNT_; n++)
		buf_addf(out, "%s%" PRId64 " %s", n == 0 ? ": " : ", ",
			 scanreq_findings_necessity(f, category, (enum scanreq_necessity)n),
			 scanreq_necessity_name((enum scanreq_necessity)n));
	buf_putc(out, '\n');
}

static void findings_time_line(const struct scanreq_findings *f, struct buf *out)
{
	const char *text = scanreq_findings_text(f, SCANREQ_FINDINGS_LAST_SCAN);
	char shown[TIME_TEXT_SIZE] = "";
	int64_t ms;

	if (text && str_to_int64(text, &ms))
		time_format(ms, shown);
	findings_line(out, "last scan", *shown ? shown : NULL);
}

/* One line a finding: the necessary columns, and the others where they are known. */
static void findings_row(const struct scanreq_findings *f, size_t i, struct buf *out)
{
	static const enum scanreq_finding_text columns[] = {
		SCANREQ_FINDING_NECESSITY, SCANREQ_FINDING_LEVEL, SCANREQ_FINDING_CVE,
		SCANREQ_FINDING_NAME, SCANREQ_FINDING_PACKAGE, SCANREQ_FINDING_VERSION,
		SCANREQ_FINDING_FIX, SCANREQ_FINDING_LAYER, SCANREQ_FINDING_PATH,
	};

	buf_puts(out, scanreq_category_name(scanreq_findings_listed_category(f, i)));
	for (size_t k = 0; k < ARRAY_LENGTH(columns); k++) {
		const char *text = scanreq_findings_listed_text(f, i, columns[k]);

		buf_putc(out, '\t');
		buf_add_escaped(out, text ? text : "-", strlen(text ? text : "-"));
	}
	buf_putc(out, '\n');
}

void output_findings_text(const struct result *r, struct buf *out)
{
	const struct scanreq_findings *f = r->findings;

	if (!f)
		return;
	findings_line(out, "Digest", scanreq_findings_text(f, SCANREQ_FINDINGS_DIGEST));
	findings_line(out, "task", scanreq_findings_text(f, SCANREQ_FINDINGS_TASK_ID));
	findings_line(out, "task status", scanreq_findings_text(f, SCANREQ_FINDINGS_TASK_STATUS));
	findings_line(out, "task result", scanreq_findings_text(f, SCANREQ_FINDINGS_TASK_RESULT));
	findings_line(out, "task unseen", scanreq_findings_text(f, SCANREQ_FINDINGS_TASK_WHY));
	findings_time_line(f, out);
	for (int i = 0; i < SCANREQ_CATEGORY_COUNT_; i++)
		findings_count_line(f, (enum scanreq_category)i, out);
	if (r->verdict)
		findings_line(out, "gate", r->gate.klass ? r->gate.message : r->verdict);
	findings_line(out, "note",
		      "what is reported under the account's settings; 0 does not mean clean");
	if (scanreq_findings_listed(f) > 0)
		buf_puts(out, "\ncategory\tnecessity\tlevel\tcve\tname\tpackage\tversion\tfix\t"
			      "layer\tpath\n");
	for (size_t i = 0; i < scanreq_findings_listed(f); i++)
		findings_row(f, i, out);
	findings_line(out, "list", scanreq_findings_text(f, SCANREQ_FINDINGS_LIST_WHY));
}

/* --- JSON -------------------------------------------------------------------------- */

static void findings_member(struct json_writer *w, const char *name, const char *value)
{
	json_write_name(w, name);
	json_write_string(w, value);
}

static void findings_number(struct json_writer *w, const char *name, int64_t value)
{
	json_write_name(w, name);
	if (value < 0)
		json_write_null(w);
	else
		json_write_int(w, value);
}

static void findings_counts(struct json_writer *w, const struct scanreq_findings *f)
{
	json_write_name(w, "counts");
	json_write_begin(w, '{');
	for (int i = 0; i < SCANREQ_CATEGORY_COUNT_; i++) {
		enum scanreq_category c = (enum scanreq_category)i;

		json_write_name(w, scanreq_category_name(c));
		json_write_begin(w, '{');
		findings_number(w, "total", scanreq_findings_count(f, c));
		for (int n = 0; is_vulnerable(c) && n < SCANREQ_NECESSITY_COUNT_; n++)
			findings_number(w, scanreq_necessity_name((enum scanreq_necessity)n),
					scanreq_findings_necessity(f, c,
								   (enum scanreq_necessity)n));
		findings_member(w, "why_unknown", scanreq_findings_why(f, c));
		json_write_end(w, '}');
	}
	json_write_end(w, '}');
}

static void findings_list(struct json_writer *w, const struct scanreq_findings *f)
{
	json_write_name(w, "list");
	json_write_begin(w, '[');
	for (size_t i = 0; i < scanreq_findings_listed(f); i++) {
		json_write_begin(w, '{');
		findings_member(w, "category",
				scanreq_category_name(scanreq_findings_listed_category(f, i)));
		for (int k = 0; k < SCANREQ_FINDING_COUNT_; k++)
			findings_member(w, finding_names[k],
					scanreq_findings_listed_text(
						f, i, (enum scanreq_finding_text)k));
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

static void findings_gate(struct json_writer *w, const struct result *r)
{
	json_write_name(w, "gate");
	if (!r->verdict) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	findings_member(w, "verdict", r->verdict);
	findings_member(w, "reason", r->gate.klass ? r->gate.message : NULL);
	json_write_end(w, '}');
}

void output_findings_json(struct json_writer *w, const struct result *r)
{
	static const struct {
		const char *name;
		enum scanreq_findings_text text;
	} texts[] = {
		{ "digest", SCANREQ_FINDINGS_DIGEST },
		{ "task_id", SCANREQ_FINDINGS_TASK_ID },
		{ "task_status", SCANREQ_FINDINGS_TASK_STATUS },
		{ "task_result", SCANREQ_FINDINGS_TASK_RESULT },
		{ "task_unseen", SCANREQ_FINDINGS_TASK_WHY },
		{ "asset_uuid", SCANREQ_FINDINGS_ASSET_UUID },
		{ "asset_result", SCANREQ_FINDINGS_ASSET_RESULT },
		{ "asset_unknown", SCANREQ_FINDINGS_ASSET_WHY },
		{ "last_scan", SCANREQ_FINDINGS_LAST_SCAN },
		{ "list_incomplete", SCANREQ_FINDINGS_LIST_WHY },
	};
	const struct scanreq_findings *f = r->findings;

	json_write_name(w, "findings");
	if (!f) {
		json_write_null(w);
		return;
	}
	json_write_begin(w, '{');
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		findings_member(w, texts[i].name, scanreq_findings_text(f, texts[i].text));
	findings_counts(w, f);
	findings_list(w, f);
	findings_gate(w, r);
	json_write_end(w, '}');
}
