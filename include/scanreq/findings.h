/* SPDX-License-Identifier: MIT */
/*
 * Findings: what Security Center reports for an image, and a gate on it.
 *
 * The words are the service's own. Its priority of a vulnerability (asap, later, nntf) is
 * not a CVSS severity. A count of 0 means that the service reported nothing; it does not mean
 * that the image is clean. Vulnerabilities on a whitelist of the console are not reported,
 * nor are categories that are switched off there.
 */
#ifndef SCANREQ_FINDINGS_H
#define SCANREQ_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/client.h>
#include <scanreq/error.h>
#include <scanreq/task.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_findings;

/* Kinds of findings. Since: 0.1.0. */
enum scanreq_category {
	SCANREQ_CATEGORY_SYSTEM = 0,      /* vulnerabilities of the system's packages */
	SCANREQ_CATEGORY_APPLICATION = 1, /* vulnerabilities of applications */
	SCANREQ_CATEGORY_BASELINE = 2,    /* baseline checks with risks */
	SCANREQ_CATEGORY_MALICIOUS = 3,   /* malicious files */
	SCANREQ_CATEGORY_SENSITIVE = 4,   /* sensitive files */
	SCANREQ_CATEGORY_COUNT_
};

/* The service's priority of a vulnerability. Since: 0.1.0. */
enum scanreq_necessity {
	SCANREQ_NECESSITY_ASAP = 0,         /* fix as soon as possible */
	SCANREQ_NECESSITY_LATER = 1,        /* may be fixed later */
	SCANREQ_NECESSITY_NNTF = 2,         /* need not be fixed now */
	SCANREQ_NECESSITY_UNCLASSIFIED = 3, /* none of these; a gate counts it as asap */
	SCANREQ_NECESSITY_COUNT_
};

/* Texts about a reading as a whole. Since: 0.1.0. */
enum scanreq_findings_text {
	SCANREQ_FINDINGS_DIGEST = 0,        /* 64 hex digits */
	SCANREQ_FINDINGS_TASK_ID = 1,       /* as given */
	SCANREQ_FINDINGS_TASK_STATUS = 2,   /* the service's word */
	SCANREQ_FINDINGS_TASK_RESULT = 3,   /* the service's word for an error, if any */
	SCANREQ_FINDINGS_TASK_WHY = 4,      /* why the task was not seen */
	SCANREQ_FINDINGS_ASSET_UUID = 5,
	SCANREQ_FINDINGS_ASSET_RESULT = 6,  /* the service's word for an error, if any */
	SCANREQ_FINDINGS_ASSET_WHY = 7,     /* why the asset is unknown */
	SCANREQ_FINDINGS_LAST_SCAN = 8,     /* of the asset; decimal, ms since the epoch */
	SCANREQ_FINDINGS_LIST_WHY = 9,      /* why the list of findings has gaps */
	SCANREQ_FINDINGS_COUNT_
};

/* Texts of one finding, as the service writes them. Since: 0.1.0. */
enum scanreq_finding_text {
	SCANREQ_FINDING_NAME = 0,
	SCANREQ_FINDING_ALIAS = 1,
	SCANREQ_FINDING_CVE = 2,
	SCANREQ_FINDING_NECESSITY = 3, /* of a vulnerability: "asap" */
	SCANREQ_FINDING_LEVEL = 4,     /* of any other finding: "high", "serious" */
	SCANREQ_FINDING_PACKAGE = 5,
	SCANREQ_FINDING_VERSION = 6,
	SCANREQ_FINDING_FIX = 7,       /* the command that updates the package */
	SCANREQ_FINDING_LAYER = 8,
	SCANREQ_FINDING_PATH = 9,
	SCANREQ_FINDING_STATUS = 10,   /* a number of the operation that listed it */
	SCANREQ_FINDING_MD5 = 11,      /* of a malicious file */
	SCANREQ_FINDING_OS = 12,       /* of a package: "debian 10" */
	SCANREQ_FINDING_COUNT_
};

/* What a gate fails on: bits. Since: 0.1.0. */
enum scanreq_fail_on {
	SCANREQ_FAIL_ON_ASAP = 1,       /* vulnerabilities: asap and unclassified */
	SCANREQ_FAIL_ON_LATER = 2,      /* those, and later */
	SCANREQ_FAIL_ON_ANY = 4,        /* all vulnerabilities */
	SCANREQ_FAIL_ON_MALICIOUS = 8,  /* malicious files */
	SCANREQ_FAIL_ON_SENSITIVE = 16, /* sensitive files */
};

/*
 * Which image, and which task. Borrowed; members after `digest` may be NULL or 0. The size
 * stays the same in all versions: `reserved` must be NULL. Since: 0.1.0.
 */
struct scanreq_scan {
	const char *digest;  /* 64 hex digits, with or without "sha256:" */
	const char *task_id; /* from the submission's answer */
	const char *uuid;    /* the same */
	int64_t sent_ms;     /* when the request was sent, since the epoch; 0: unknown */
	bool list;           /* read each finding, not only the counts */
	void *reserved[6];
};

/*
 * Asks the service once what it reports for an image: the task, the asset, and the counts of
 * each category. What could not be read is unknown and has a reason. *findings belongs to the
 * caller. Errors: SCANREQ_E_USAGE (malformed digest, no region), SCANREQ_E_DENIED (no keys; no
 * category may be read), SCANREQ_E_UNAVAILABLE, SCANREQ_E_REFUSED, SCANREQ_E_UNREADABLE,
 * SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_findings_read(struct scanreq_client *client,
				      const struct scanreq_scan *scan,
				      struct scanreq_findings **findings,
				      struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Reads again what a gate needs twice, after SCANREQ_OPT_POLL; if nothing was reported, not
 * before five minutes after the end of the task. Does nothing if a second reading cannot make
 * the gate pass. Errors: SCANREQ_E_CANCELLED, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_findings_confirm(struct scanreq_client *client,
					 struct scanreq_findings *findings,
					 unsigned int fail_on, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Decides a gate from what was read; `fail_on` is a set of enum scanreq_fail_on. 0: the task
 * ended well, two readings agree, and nothing at or above the threshold was reported.
 * Errors: SCANREQ_E_FINDINGS (something was reported), SCANREQ_E_NO_VERDICT (an observation
 * is missing; the message names it). Since: 0.1.0.
 */
SCANREQ_API int scanreq_findings_gate(const struct scanreq_findings *findings,
				      unsigned int fail_on, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Frees findings. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_findings_free(struct scanreq_findings *findings);

/* The number of findings of a category in the last reading; -1: unknown. Since: 0.1.0. */
SCANREQ_API int64_t scanreq_findings_count(const struct scanreq_findings *findings,
					   enum scanreq_category category);

/*
 * The same for one priority of a category of vulnerabilities; -1 for other categories, too.
 * Since: 0.1.0.
 */
SCANREQ_API int64_t scanreq_findings_necessity(const struct scanreq_findings *findings,
					       enum scanreq_category category,
					       enum scanreq_necessity necessity);

/* Why a category's count is unknown, borrowed; NULL: it is known. Since: 0.1.0. */
SCANREQ_API const char *scanreq_findings_why(const struct scanreq_findings *findings,
					     enum scanreq_category category);

/* How far the task was; UNSEEN without a task id, too. Since: 0.1.0. */
SCANREQ_API enum scanreq_task_state
scanreq_findings_task_state(const struct scanreq_findings *findings);

/* One text, borrowed; NULL: absent. Since: 0.1.0. */
SCANREQ_API const char *scanreq_findings_text(const struct scanreq_findings *findings,
					      enum scanreq_findings_text text);

/* How many findings were listed. Since: 0.1.0. */
SCANREQ_API size_t scanreq_findings_listed(const struct scanreq_findings *findings);

/* The category of listed finding `i`, which must exist. Since: 0.1.0. */
SCANREQ_API enum scanreq_category
scanreq_findings_listed_category(const struct scanreq_findings *findings, size_t i);

/* A text of listed finding `i`, borrowed; NULL: absent. Since: 0.1.0. */
SCANREQ_API const char *scanreq_findings_listed_text(const struct scanreq_findings *findings,
						     size_t i, enum scanreq_finding_text text);

/* A category's name, static: "system". Since: 0.1.0. */
SCANREQ_API const char *scanreq_category_name(enum scanreq_category category);

/* A priority's name, static: "asap", "later", "nntf", "unclassified". Since: 0.1.0. */
SCANREQ_API const char *scanreq_necessity_name(enum scanreq_necessity necessity);

#ifdef __cplusplus
}
#endif

#endif
