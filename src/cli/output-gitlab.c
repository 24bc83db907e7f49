/* SPDX-License-Identifier: MIT */
/*
 * GitLab's container scanning report. It has vulnerabilities only; GitLab's severities stand
 * for the service's words, of which its pages say: asap is usually a high risk, later a
 * medium one, nntf a low one.
 */
#include <stdio.h>
#include <string.h>
#include <scanreq/scanreq.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/output-findings.h"

#define SCHEMA_VERSION "15.0.2"

static void gitlab_member(struct json_writer *w, const char *name, const char *value)
{
	json_write_name(w, name);
	json_write_string(w, value);
}

static void gitlab_tool(struct json_writer *w, const char *name, const char *id,
			const char *title)
{
	json_write_name(w, name);
	json_write_begin(w, '{');
	gitlab_member(w, "id", id);
	gitlab_member(w, "name", title);
	gitlab_member(w, "version", scanreq_version());
	json_write_name(w, "vendor");
	json_write_begin(w, '{');
	gitlab_member(w, "name", title);
	json_write_end(w, '}');
	json_write_end(w, '}');
}

/* GitLab wants no zone: "2024-06-03T10:00:00". */
static void gitlab_time(struct json_writer *w, const char *name)
{
	char text[TIME_TEXT_SIZE];

	time_format(time_now(), text);
	text[strcspn(text, "Z")] = '\0';
	gitlab_member(w, name, text);
}

static const char *gitlab_severity(const char *necessity)
{
	if (str_equal(necessity, "asap"))
		return "High";
	if (str_equal(necessity, "later"))
		return "Medium";
	return str_equal(necessity, "nntf") ? "Low" : "Unknown";
}

static const char *gitlab_text(const struct result *r, size_t i, enum scanreq_finding_text text,
			       const char *fallback)
{
	const char *value = scanreq_findings_listed_text(r->findings, i, text);

	return value ? value : fallback;
}

static void gitlab_identifiers(struct json_writer *w, const char *rule)
{
	json_write_name(w, "identifiers");
	json_write_begin(w, '[');
	json_write_begin(w, '{');
	gitlab_member(w, "type", str_prefix(rule, "CVE-", NULL) ? "cve" : "security_center");
	gitlab_member(w, "name", rule);
	gitlab_member(w, "value", rule);
	json_write_end(w, '}');
	json_write_end(w, ']');
}

static void gitlab_location(struct json_writer *w, const struct result *r, size_t i)
{
	json_write_name(w, "location");
	json_write_begin(w, '{');
	json_write_name(w, "dependency");
	json_write_begin(w, '{');
	json_write_name(w, "package");
	json_write_begin(w, '{');
	gitlab_member(w, "name", gitlab_text(r, i, SCANREQ_FINDING_PACKAGE, ""));
	json_write_end(w, '}');
	gitlab_member(w, "version", gitlab_text(r, i, SCANREQ_FINDING_VERSION, ""));
	json_write_end(w, '}');
	gitlab_member(w, "operating_system", gitlab_text(r, i, SCANREQ_FINDING_OS, "unknown"));
	gitlab_member(w, "image", output_findings_image(r));
	json_write_end(w, '}');
}

static void gitlab_vulnerability(struct json_writer *w, const struct result *r, size_t i)
{
	const char *rule = output_findings_rule(r->findings, i);
	const char *fix = gitlab_text(r, i, SCANREQ_FINDING_FIX, NULL);
	char id[128], name[256];

	snprintf(id, sizeof(id), "%s-%zu",
		 scanreq_findings_text(r->findings, SCANREQ_FINDINGS_DIGEST), i);
	snprintf(name, sizeof(name), "%.200s", gitlab_text(r, i, SCANREQ_FINDING_ALIAS, rule));
	json_write_begin(w, '{');
	gitlab_member(w, "id", id);
	gitlab_member(w, "name", name);
	gitlab_member(w, "description", gitlab_text(r, i, SCANREQ_FINDING_NAME, rule));
	gitlab_member(w, "severity",
		      gitlab_severity(gitlab_text(r, i, SCANREQ_FINDING_NECESSITY, NULL)));
	if (fix)
		gitlab_member(w, "solution", fix);
	gitlab_identifiers(w, rule);
	gitlab_location(w, r, i);
	json_write_end(w, '}');
}

void output_gitlab_begin(struct json_writer *w)
{
	json_write_begin(w, '{');
	gitlab_member(w, "version", SCHEMA_VERSION);
	json_write_name(w, "vulnerabilities");
	json_write_begin(w, '[');
}

void output_gitlab_result(struct json_writer *w, const struct result *r)
{
	if (!r->findings)
		return;
	for (size_t i = 0; i < scanreq_findings_listed(r->findings); i++)
		if (scanreq_findings_listed_category(r->findings, i) <=
		    SCANREQ_CATEGORY_APPLICATION)
			gitlab_vulnerability(w, r, i);
}

void output_gitlab_end(struct json_writer *w, bool whole)
{
	json_write_end(w, ']');
	json_write_name(w, "scan");
	json_write_begin(w, '{');
	gitlab_tool(w, "analyzer", "scanreq", "scanreq");
	gitlab_tool(w, "scanner", "security-center", "Alibaba Cloud Security Center");
	gitlab_member(w, "type", "container_scanning");
	gitlab_time(w, "start_time");
	gitlab_time(w, "end_time");
	gitlab_member(w, "status", whole ? "success" : "failure");
	json_write_end(w, '}');
	json_write_end(w, '}');
	buf_putc(w->out, '\n');
}
