/* SPDX-License-Identifier: MIT */
/* The exported functions about findings: delegation. */
#include <scanreq/findings.h>

#include "api/client.h"
#include "cloud/findings/findings.h"

#define DEFAULT_POLL_MS 5000

int scanreq_findings_read(struct scanreq_client *client, const struct scanreq_scan *scan,
			  struct scanreq_findings **findings, struct scanreq_error *err)
{
	const struct submit_context context = client_submit_context(client);

	*findings = NULL;
	return client_error(client, findings_read(&context, scan, findings, err), err);
}

int scanreq_findings_confirm(struct scanreq_client *client, struct scanreq_findings *findings,
			     unsigned int fail_on, struct scanreq_error *err)
{
	const struct submit_context context = client_submit_context(client);
	int64_t poll_ms = options_duration(&client->options, SCANREQ_OPT_POLL, DEFAULT_POLL_MS);

	return client_error(client,
			    findings_confirm(&context, findings, fail_on, poll_ms, err), err);
}

int scanreq_findings_gate(const struct scanreq_findings *findings, unsigned int fail_on,
			  struct scanreq_error *err)
{
	return findings_gate(findings, fail_on, err);
}

void scanreq_findings_free(struct scanreq_findings *findings)
{
	findings_free(&findings);
}

static bool findings_has(enum scanreq_category category)
{
	return (unsigned int)category < SCANREQ_CATEGORY_COUNT_;
}

int64_t scanreq_findings_count(const struct scanreq_findings *findings,
			       enum scanreq_category category)
{
	return findings_has(category) ? findings->observed.last.categories[category].total : -1;
}

int64_t scanreq_findings_necessity(const struct scanreq_findings *findings,
				   enum scanreq_category category,
				   enum scanreq_necessity necessity)
{
	if (!findings_has(category) || (unsigned int)necessity >= SCANREQ_NECESSITY_COUNT_)
		return -1;
	return findings->observed.last.categories[category].by[necessity];
}

const char *scanreq_findings_why(const struct scanreq_findings *findings,
				 enum scanreq_category category)
{
	return findings_has(category) ? findings->why[category] : NULL;
}

enum scanreq_task_state scanreq_findings_task_state(const struct scanreq_findings *findings)
{
	return findings->observed.task;
}

const char *scanreq_findings_text(const struct scanreq_findings *findings,
				  enum scanreq_findings_text text)
{
	return (unsigned int)text < SCANREQ_FINDINGS_COUNT_ ? findings->texts[text] : NULL;
}

size_t scanreq_findings_listed(const struct scanreq_findings *findings)
{
	return findings->records.count;
}

enum scanreq_category scanreq_findings_listed_category(const struct scanreq_findings *findings,
						       size_t i)
{
	return findings->records.items[i].category;
}

const char *scanreq_findings_listed_text(const struct scanreq_findings *findings, size_t i,
					 enum scanreq_finding_text text)
{
	if (i >= findings->records.count || (unsigned int)text >= SCANREQ_FINDING_COUNT_)
		return NULL;
	return findings->records.items[i].texts[text];
}

const char *scanreq_category_name(enum scanreq_category category)
{
	switch (category) {
	case SCANREQ_CATEGORY_SYSTEM:
		return "system";
	case SCANREQ_CATEGORY_APPLICATION:
		return "application";
	case SCANREQ_CATEGORY_BASELINE:
		return "baseline";
	case SCANREQ_CATEGORY_MALICIOUS:
		return "malicious";
	case SCANREQ_CATEGORY_SENSITIVE:
	case SCANREQ_CATEGORY_COUNT_:
		break;
	}
	return "sensitive";
}

const char *scanreq_necessity_name(enum scanreq_necessity necessity)
{
	switch (necessity) {
	case SCANREQ_NECESSITY_ASAP:
		return "asap";
	case SCANREQ_NECESSITY_LATER:
		return "later";
	case SCANREQ_NECESSITY_NNTF:
		return "nntf";
	case SCANREQ_NECESSITY_UNCLASSIFIED:
	case SCANREQ_NECESSITY_COUNT_:
		break;
	}
	return "unclassified";
}
