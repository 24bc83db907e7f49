/* SPDX-License-Identifier: MIT */
/*
 * The decision table of docs/verdict.md: from observations to pass, fail or no verdict. Pure.
 */
#ifndef CLOUD_FINDINGS_GATE_H
#define CLOUD_FINDINGS_GATE_H

#include <scanreq/findings.h>

/* Findings may appear this long after the end of a task; before, 0 proves nothing. */
#define GATE_SETTLE_MS (5 * 60 * 1000)

/* The counts of one category; -1: unknown. */
struct finding_count {
	int64_t total;
	int64_t by[SCANREQ_NECESSITY_COUNT_]; /* of vulnerabilities */
};

/* One reading of all categories. */
struct finding_counts {
	struct finding_count categories[SCANREQ_CATEGORY_COUNT_];
	int64_t at_ms; /* when, by the service's clock */
};

/* What was observed. Borrowed; times are milliseconds since the epoch, 0: unknown. */
struct observed {
	bool has_task;       /* a task id is known */
	enum scanreq_task_state task;
	const char *result;  /* error words; NULL, "" and "SUCCESS" are none */
	const char *asset_result;
	int64_t since_ms;    /* when the request was sent, or the task began */
	int64_t finish_ms;   /* when the task ended */
	bool asset_seen;     /* the asset of the task, by its Uuid */
	int64_t last_scan_ms; /* of that asset */
	struct finding_counts first, last; /* equal after one reading */
	int readings;
};

enum gate_reason {
	GATE_NOTHING_REPORTED, /* pass */
	GATE_BELOW_THRESHOLD,  /* pass */
	GATE_REPORTED,         /* fail: by this task */
	GATE_ON_RECORD,        /* fail: for the digest, not tied to this task */
	/* No verdict: what is missing. */
	GATE_NO_TASK,
	GATE_TASK_UNSEEN,
	GATE_TASK_RUNNING,
	GATE_TASK_FAILED,
	GATE_ERROR_WORD,
	GATE_COUNTS_UNKNOWN,
	GATE_CATEGORY_UNKNOWN, /* malicious or sensitive files */
	GATE_ASSET_UNKNOWN,
	GATE_ASSET_OLD,
	GATE_ONE_READING,
	GATE_READINGS_DIFFER,
	GATE_TOO_EARLY,
	GATE_REASON_COUNT_,
};

/* Decides by the table; `fail_on` is a set of enum scanreq_fail_on. */
enum gate_reason gate_decide(const struct observed *observed, unsigned int fail_on);

/* 0, SCANREQ_E_FINDINGS or SCANREQ_E_NO_VERDICT. */
int gate_class(enum gate_reason reason);

/* How many vulnerabilities are at or above the threshold; unknown counts add nothing. */
int64_t gate_at_threshold(const struct finding_counts *counts, unsigned int fail_on);

/* Whether any vulnerability, or file that the gate asks about, is reported. */
bool gate_any(const struct finding_counts *counts, unsigned int fail_on);

#endif
