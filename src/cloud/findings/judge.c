/* SPDX-License-Identifier: MIT */
/* A gate's decision in words. */
#include <stdio.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/findings/findings.h"

static const char *judge_text(const struct scanreq_findings *f, enum scanreq_findings_text text,
			      const char *fallback)
{
	return f->texts[text] ? f->texts[text] : fallback;
}

/* Why the counts of vulnerabilities are not whole. */
static const char *judge_why_unknown(const struct scanreq_findings *f, int first, int last)
{
	for (int i = first; i <= last; i++)
		if (f->why[i])
			return f->why[i];
	return "the answer has no count";
}

static const char *judge_error_word(const struct scanreq_findings *f)
{
	const char *word = f->texts[SCANREQ_FINDINGS_TASK_RESULT];

	return word && !str_equal(word, "SUCCESS")
		       ? word
		       : judge_text(f, SCANREQ_FINDINGS_ASSET_RESULT, "");
}

/* What is missing for a verdict. */
static void judge_missing(const struct scanreq_findings *f, enum gate_reason reason,
			  struct buf *out)
{
	const char *status = judge_text(f, SCANREQ_FINDINGS_TASK_STATUS, "without a status");

	switch (reason) {
	case GATE_NO_TASK:
		buf_puts(out, "no task is named: set task-id to that of the submission");
		break;
	case GATE_TASK_UNSEEN:
		buf_addf(out, "the task was not seen: %.600s",
			 judge_text(f, SCANREQ_FINDINGS_TASK_WHY, "no answer names it"));
		break;
	case GATE_TASK_RUNNING:
		buf_addf(out, "the task has not ended, its status is %.64s; nothing may ever end "
			 "it unless an analyser works on the image: see the scan tasks of the "
			 "image in Security Center's console", status);
		break;
	case GATE_TASK_FAILED:
		buf_addf(out, "the task ended in %.64s", status);
		break;
	case GATE_ERROR_WORD:
		buf_addf(out, "the service reports %.128s", judge_error_word(f));
		break;
	case GATE_COUNTS_UNKNOWN:
		buf_addf(out, "the counts of vulnerabilities are not known: %.600s",
			 judge_why_unknown(f, SCANREQ_CATEGORY_SYSTEM,
					   SCANREQ_CATEGORY_APPLICATION));
		break;
	case GATE_CATEGORY_UNKNOWN:
		buf_addf(out, "a category of the gate is not known: %.600s",
			 judge_why_unknown(f, SCANREQ_CATEGORY_MALICIOUS,
					   SCANREQ_CATEGORY_SENSITIVE));
		break;
	case GATE_ASSET_UNKNOWN:
		buf_addf(out, "the task's asset was not seen: %.600s",
			 judge_text(f, SCANREQ_FINDINGS_ASSET_WHY, "no answer names it"));
		break;
	case GATE_ASSET_OLD:
		buf_puts(out, "the asset was not scanned since the request");
		break;
	case GATE_ONE_READING:
		buf_puts(out, "the counts were read once only");
		break;
	case GATE_READINGS_DIFFER:
		buf_puts(out, "the counts changed between two readings");
		break;
	case GATE_TOO_EARLY:
		buf_puts(out, "nothing was reported yet, but the task ended less than five "
			      "minutes before, or its end is not known");
		break;
	default:
		break;
	}
}

int findings_gate(const struct scanreq_findings *f, unsigned int fail_on,
		  struct scanreq_error *err)
{
	struct observed o = findings_observed(f);
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_LINE);
	enum gate_reason reason;

	reason = gate_decide(&o, fail_on);
	if (!gate_class(reason))
		return 0;
	if (gate_class(reason) == SCANREQ_E_FINDINGS)
		return error_set(err, SCANREQ_CODE_FINDINGS_REPORTED,
				 "%lld findings at or above the threshold are %s",
				 (long long)gate_at_threshold(&o.last, fail_on),
				 reason == GATE_REPORTED
					 ? "reported by the task"
					 : "on record for the digest, not tied to the task");
	judge_missing(f, reason, &text);
	return error_set(err, SCANREQ_CODE_NO_VERDICT, "no verdict: %s", buf_str(&text));
}
