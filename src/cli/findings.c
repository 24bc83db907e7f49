/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/findings.h"
#include "cli/waiting.h"

static const struct {
	const char *word;
	unsigned int bit;
} thresholds[] = {
	{ "asap", SCANREQ_FAIL_ON_ASAP },
	{ "later", SCANREQ_FAIL_ON_LATER },
	{ "any", SCANREQ_FAIL_ON_ANY },
	{ "malicious", SCANREQ_FAIL_ON_MALICIOUS },
	{ "sensitive", SCANREQ_FAIL_ON_SENSITIVE },
};

static unsigned int findings_bit(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_LENGTH(thresholds); i++)
		if (strlen(thresholds[i].word) == len &&
		    memcmp(thresholds[i].word, word, len) == 0)
			return thresholds[i].bit;
	return 0;
}

int findings_set_fail_on(unsigned int *fail_on, const char *value, const char *said)
{
	const char *word = value;

	*fail_on = 0;
	for (;;) {
		size_t len = strcspn(word, ",");
		unsigned int bit = findings_bit(word, len);

		if (!bit)
			return usage_error("%s must be asap, later, any, malicious or sensitive, or"
					   " several of them with commas, not \"%s\"", said, value);
		*fail_on |= bit;
		if (!word[len])
			return 0;
		word += len + 1;
	}
}

int findings_set_no_verdict(bool *passes, const char *value, const char *said)
{
	*passes = strcmp(value, "pass") == 0;
	if (*passes || strcmp(value, "fail") == 0)
		return 0;
	return usage_error("%s must be pass or fail, not \"%s\"", said, value);
}

static bool findings_has_report(const struct settings *s)
{
	for (int i = 0; i < s->outputs.count; i++)
		if (s->outputs.items[i].format == OUTPUT_SARIF ||
		    s->outputs.items[i].format == OUTPUT_GITLAB)
			return true;
	return false;
}

int findings_check(const struct settings *s)
{
	if (!s->findings && (s->fail_on || s->list || findings_has_report(s)))
		return usage_error("%s is about findings: add --findings",
				   s->fail_on ? "--fail-on"
				   : s->list  ? "--list"
					      : "-o sarif or gitlab");
	return 0;
}

/* Whether a reading took place; otherwise nothing could be asked at all. */
static bool findings_are_read(const struct result *r)
{
	for (int i = 0; r->findings && i < SCANREQ_CATEGORY_COUNT_; i++)
		if (scanreq_findings_why(r->findings, (enum scanreq_category)i) ||
		    scanreq_findings_count(r->findings, (enum scanreq_category)i) >= 0)
			return true;
	return false;
}

static const char *verdict_name(int klass)
{
	if (!klass)
		return "pass";
	return klass == SCANREQ_E_FINDINGS ? "fail" : "no_verdict";
}

/* The gate alone decides the exit status, whatever could not be read. */
static int findings_decide(struct scanreq_client *client, const struct settings *s,
			   struct result *r)
{
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = scanreq_findings_confirm(client, r->findings, s->fail_on, &r->error);

	if (failed)
		return failed;
	failed = scanreq_findings_gate(r->findings, s->fail_on, &why);
	r->verdict = verdict_name(failed);
	r->gate = why;
	if (failed == SCANREQ_E_NO_VERDICT && s->no_verdict_passes)
		failed = 0;
	r->error = failed ? why : (struct scanreq_error)SCANREQ_ERROR_INIT;
	return failed;
}

int findings_look(struct scanreq_client *client, const struct settings *s, struct result *r)
{
	const char *given_uuid = scanreq_request_value(r->request, SCANREQ_PARAM_UUID);
	const char *uuid = result_answer(r, SCANREQ_SUBMISSION_UUID);
	const char *task_id = result_answer(r, SCANREQ_SUBMISSION_TASK_ID);
	const struct scanreq_scan scan = {
		.digest = scanreq_request_value(r->request, SCANREQ_PARAM_DIGEST),
		.task_id = task_id ? task_id : s->task_id,
		.uuid = uuid ? uuid : given_uuid,
		.sent_ms = r->sent_ms,
		.list = s->list || findings_has_report(s),
	};
	int failed = waiting_check(r);

	if (failed)
		return failed;
	failed = scanreq_findings_read(client, &scan, &r->findings, &r->error);
	if (!s->fail_on || (failed && (failed == SCANREQ_E_CANCELLED ||
				       failed == SCANREQ_E_NOMEM || !findings_are_read(r))))
		return failed;
	return findings_decide(client, s, r);
}

int findings_after(struct scanreq_client *client, const struct settings *s, int failed,
		   struct result *r)
{
	struct scanreq_error before = r->error;

	if (failed && (!s->fail_on ||
		       (failed != SCANREQ_E_UNSEEN && failed != SCANREQ_E_TASK_FAILED)))
		return failed;
	r->error = (struct scanreq_error)SCANREQ_ERROR_INIT;
	if (findings_look(client, s, r) != SCANREQ_E_CANCELLED)
		return r->error.klass;
	if (before.klass)
		r->error = before;
	return r->error.klass;
}
