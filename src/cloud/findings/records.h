/* SPDX-License-Identifier: MIT */
/* The list of findings: rows of five operations in one form. */
#ifndef CLOUD_FINDINGS_RECORDS_H
#define CLOUD_FINDINGS_RECORDS_H

#include <json-c/json.h>
#include <scanreq/findings.h>

#include "base/log.h"

struct record {
	enum scanreq_category category;
	char *texts[SCANREQ_FINDING_COUNT_]; /* masked; NULL: absent */
};

struct records {
	struct record *items;
	size_t count;
};

void records_free(struct records *records);

/* Whether there is no room for more. */
bool records_full(const struct records *records);

/*
 * Adds the findings of one row of a category's list: one for each package of a vulnerability.
 * Rows beyond LIMIT_FINDINGS are dropped. 0 or SCANREQ_E_NOMEM.
 */
int records_add(struct records *records, enum scanreq_category category,
		struct json_object *row, struct log *log);

#endif
