/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cloud/findings/gate.h"

#define VULNERABILITIES (SCANREQ_CATEGORY_APPLICATION + 1)

static int64_t gate_known(int64_t count)
{
	return count > 0 ? count : 0;
}

static int64_t gate_vulnerabilities(const struct finding_count *c, unsigned int fail_on)
{
	int64_t worst = gate_known(c->by[SCANREQ_NECESSITY_ASAP]) +
			gate_known(c->by[SCANREQ_NECESSITY_UNCLASSIFIED]);

	if (fail_on & SCANREQ_FAIL_ON_ANY)
		return gate_known(c->total);
	if (fail_on & SCANREQ_FAIL_ON_LATER)
		return worst + gate_known(c->by[SCANREQ_NECESSITY_LATER]);
	return fail_on & SCANREQ_FAIL_ON_ASAP ? worst : 0;
}

int64_t gate_at_threshold(const struct finding_counts *counts, unsigned int fail_on)
{
	const struct finding_count *c = counts->categories;
	int64_t found = 0;

	for (int i = 0; i < VULNERABILITIES; i++)
		found += gate_vulnerabilities(&c[i], fail_on);
	if (fail_on & SCANREQ_FAIL_ON_MALICIOUS)
		found += gate_known(c[SCANREQ_CATEGORY_MALICIOUS].total);
	if (fail_on & SCANREQ_FAIL_ON_SENSITIVE)
		found += gate_known(c[SCANREQ_CATEGORY_SENSITIVE].total);
	return found;
}

bool gate_any(const struct finding_counts *counts, unsigned int fail_on)
{
	return gate_at_threshold(counts, fail_on | SCANREQ_FAIL_ON_ANY) > 0;
}

static bool gate_is_error_word(const char *word)
{
	return word && *word && strcmp(word, "SUCCESS") != 0;
}

/* Whether both types of vulnerabilities were answered, with each priority. */
static bool gate_counts_known(const struct finding_counts *counts)
{
	for (int i = 0; i < VULNERABILITIES; i++) {
		const struct finding_count *c = &counts->categories[i];

		if (c->total < 0)
			return false;
		for (int k = 0; k < SCANREQ_NECESSITY_COUNT_; k++)
			if (c->by[k] < 0)
				return false;
	}
	return true;
}

static bool gate_files_known(const struct finding_counts *counts, unsigned int fail_on)
{
	const struct finding_count *c = counts->categories;

	return (!(fail_on & SCANREQ_FAIL_ON_MALICIOUS) ||
		c[SCANREQ_CATEGORY_MALICIOUS].total >= 0) &&
	       (!(fail_on & SCANREQ_FAIL_ON_SENSITIVE) ||
		c[SCANREQ_CATEGORY_SENSITIVE].total >= 0);
}

static bool gate_readings_agree(const struct observed *o)
{
	return memcmp(o->first.categories, o->last.categories, sizeof(o->last.categories)) == 0;
}

/* GATE_NOTHING_REPORTED: the task ended well, without an error word. */
static enum gate_reason gate_judge_task(const struct observed *o)
{
	if (!o->has_task)
		return GATE_NO_TASK;
	switch (o->task) {
	case SCANREQ_TASK_STATE_UNSEEN:
		return GATE_TASK_UNSEEN;
	case SCANREQ_TASK_STATE_RUNNING:
		return GATE_TASK_RUNNING;
	case SCANREQ_TASK_STATE_FAILED:
	case SCANREQ_TASK_STATE_TIMED_OUT:
		return GATE_TASK_FAILED;
	case SCANREQ_TASK_STATE_SUCCEEDED:
		break;
	}
	return gate_is_error_word(o->result) || gate_is_error_word(o->asset_result)
		       ? GATE_ERROR_WORD
		       : GATE_NOTHING_REPORTED;
}

/* GATE_NOTHING_REPORTED: the counts are whole, and of an asset that was scanned since. */
static enum gate_reason gate_judge_counts(const struct observed *o, unsigned int fail_on)
{
	if (!gate_counts_known(&o->last))
		return GATE_COUNTS_UNKNOWN;
	if (!gate_files_known(&o->last, fail_on))
		return GATE_CATEGORY_UNKNOWN;
	if (!o->asset_seen)
		return GATE_ASSET_UNKNOWN;
	if (o->since_ms <= 0 || o->last_scan_ms < o->since_ms)
		return GATE_ASSET_OLD;
	return GATE_NOTHING_REPORTED;
}

enum gate_reason gate_decide(const struct observed *o, unsigned int fail_on)
{
	enum gate_reason task = gate_judge_task(o);
	enum gate_reason counts = gate_judge_counts(o, fail_on);

	if (gate_at_threshold(&o->last, fail_on) > 0)
		return task == GATE_NOTHING_REPORTED && counts == GATE_NOTHING_REPORTED
			       ? GATE_REPORTED
			       : GATE_ON_RECORD;
	if (task != GATE_NOTHING_REPORTED)
		return task;
	if (counts != GATE_NOTHING_REPORTED)
		return counts;
	if (o->readings < 2)
		return GATE_ONE_READING;
	if (!gate_readings_agree(o))
		return GATE_READINGS_DIFFER;
	if (gate_any(&o->last, fail_on))
		return GATE_BELOW_THRESHOLD;
	if (o->finish_ms <= 0 || o->last.at_ms < o->finish_ms + GATE_SETTLE_MS)
		return GATE_TOO_EARLY;
	return GATE_NOTHING_REPORTED;
}

int gate_class(enum gate_reason reason)
{
	if (reason <= GATE_BELOW_THRESHOLD)
		return 0;
	return reason <= GATE_ON_RECORD ? SCANREQ_E_FINDINGS : SCANREQ_E_NO_VERDICT;
}
