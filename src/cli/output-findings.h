/* SPDX-License-Identifier: MIT */
/* Findings in every form: text, the JSON document, SARIF and GitLab's report. */
#ifndef CLI_OUTPUT_FINDINGS_H
#define CLI_OUTPUT_FINDINGS_H

#include "base/buf.h"
#include "base/json.h"
#include "cli/result.h"

/* One result's findings as text; nothing without findings. */
void output_findings_text(const struct result *result, struct buf *out);

/* The member "findings" of a result in the JSON document. */
void output_findings_json(struct json_writer *w, const struct result *result);

/*
 * A log of SARIF 2.1.0 (OASIS Standard) in its parts: what is before all results, one run
 * for each result, and the end.
 */
void output_sarif_begin(struct json_writer *w);
void output_sarif_result(struct json_writer *w, const struct result *result);
void output_sarif_end(struct json_writer *w);

/* GitLab's container scanning report, version 15.0.2 of its schema, in the same parts. */
void output_gitlab_begin(struct json_writer *w);
void output_gitlab_result(struct json_writer *w, const struct result *result);
void output_gitlab_end(struct json_writer *w, bool whole);

/* Whether everything was read that a report shows. */
bool output_findings_whole(const struct result *result);

/* The name of the image in reports: its reference, else its digest. Borrowed. */
const char *output_findings_image(const struct result *result);

/* The text by which a finding is known: CVE, else name, else category. Borrowed. */
const char *output_findings_rule(const struct scanreq_findings *findings, size_t i);

#endif
