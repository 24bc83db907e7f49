/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/findings/pages.h"
#include "cloud/findings/records.h"

#define NONE { 0, NULL }

/* A member of a row, and the text that it becomes. */
struct member {
	enum scanreq_finding_text text;
	const char *name; /* NULL: the end */
};

static const struct member members[SCANREQ_CATEGORY_COUNT_][8] = {
	[SCANREQ_CATEGORY_SYSTEM] = {
		{ SCANREQ_FINDING_NAME, "Name" },
		{ SCANREQ_FINDING_ALIAS, "AliasName" },
		{ SCANREQ_FINDING_CVE, "Related" },
		{ SCANREQ_FINDING_NECESSITY, "Necessity" },
		{ SCANREQ_FINDING_STATUS, "Status" },
		NONE,
	},
	[SCANREQ_CATEGORY_APPLICATION] = {
		{ SCANREQ_FINDING_NAME, "Name" },
		{ SCANREQ_FINDING_ALIAS, "AliasName" },
		{ SCANREQ_FINDING_STATUS, "Status" },
		NONE,
	},
	[SCANREQ_CATEGORY_BASELINE] = {
		{ SCANREQ_FINDING_NAME, "BaselineNameKey" },
		{ SCANREQ_FINDING_LEVEL, "BaselineNameLevel" },
		{ SCANREQ_FINDING_STATUS, "Status" },
		NONE,
	},
	[SCANREQ_CATEGORY_MALICIOUS] = {
		{ SCANREQ_FINDING_NAME, "MaliciousName" },
		{ SCANREQ_FINDING_LEVEL, "Level" },
		{ SCANREQ_FINDING_STATUS, "Status" },
		{ SCANREQ_FINDING_MD5, "MaliciousMd5" },
		NONE,
	},
	[SCANREQ_CATEGORY_SENSITIVE] = {
		{ SCANREQ_FINDING_NAME, "SensitiveFileKey" },
		{ SCANREQ_FINDING_LEVEL, "RiskLevel" },
		{ SCANREQ_FINDING_STATUS, "Status" },
		NONE,
	},
};

/* Of a package in RpmEntityList. */
static const struct member package_members[] = {
	{ SCANREQ_FINDING_PACKAGE, "Name" },
	{ SCANREQ_FINDING_VERSION, "Version" },
	{ SCANREQ_FINDING_VERSION, "FullVersion" },
	{ SCANREQ_FINDING_FIX, "UpdateCmd" },
	{ SCANREQ_FINDING_LAYER, "Layer" },
	{ SCANREQ_FINDING_PATH, "Path" },
	NONE,
};

static void record_free(struct record *record)
{
	for (size_t i = 0; i < SCANREQ_FINDING_COUNT_; i++)
		free(record->texts[i]);
}

void records_free(struct records *records)
{
	for (size_t i = 0; i < records->count; i++)
		record_free(&records->items[i]);
	free(records->items);
	memset(records, 0, sizeof(*records));
}

bool records_full(const struct records *records)
{
	return records->count >= LIMIT_FINDINGS;
}

/* A member that is absent keeps what an earlier one gave. */
static int record_take(struct record *record, struct json_object *object,
		       const struct member *member, struct log *log)
{
	for (; member->name; member++) {
		char *text = NULL;

		if (pages_text(object, member->name, log, &text))
			return SCANREQ_E_NOMEM;
		if (!text)
			continue;
		free(record->texts[member->text]);
		record->texts[member->text] = text;
	}
	return 0;
}

/* A group counts its records by priority: the worst one is the group's. */
static int record_take_worst(struct record *record, struct json_object *row)
{
	static const char *const counts[] = { "AsapCount", "LaterCount", "NntfCount" };
	static const char *const words[] = { "asap", "later", "nntf" };

	for (size_t i = 0; i < ARRAY_LENGTH(counts); i++) {
		int64_t count = 0;

		if (!json_size(row, counts[i], &count, NULL) && count > 0)
			return str_copy(&record->texts[SCANREQ_FINDING_NECESSITY], words[i]);
	}
	return 0;
}

static struct record *records_new(struct records *records, enum scanreq_category category)
{
	struct record *items = reallocarray(records->items, records->count + 1, sizeof(*items));

	if (!items)
		return NULL;
	records->items = items;
	items[records->count] = (struct record){ .category = category };
	return &items[records->count++];
}

static struct json_object *records_content(struct json_object *row)
{
	struct json_object *content = NULL;

	return json_member(row, "ExtendContentJson", json_type_object, &content, NULL) ? NULL
										       : content;
}

static int record_take_system(struct record *record, struct json_object *content, struct log *log)
{
	char *os CLEANUP_FREE = NULL, *release CLEANUP_FREE = NULL;
	char **text = &record->texts[SCANREQ_FINDING_OS];

	if (pages_text(content, "Os", log, &os) || pages_text(content, "OsRelease", log, &release))
		return SCANREQ_E_NOMEM;
	if (!os || !release)
		return str_copy(text, os);
	if (asprintf(text, "%s %s", os, release) < 0)
		*text = NULL;
	return *text ? 0 : SCANREQ_E_NOMEM;
}

static int records_add_one(struct records *records, enum scanreq_category category,
			   struct json_object *row, struct json_object *package, struct log *log)
{
	struct record *record;

	if (records_full(records))
		return 0;
	record = records_new(records, category);
	if (!record || record_take(record, row, members[category], log) ||
	    (category == SCANREQ_CATEGORY_APPLICATION && record_take_worst(record, row)) ||
	    (package && (record_take(record, package, package_members, log) ||
			 record_take_system(record, records_content(row), log))))
		return SCANREQ_E_NOMEM;
	return 0;
}

/* The packages of a vulnerability; NULL: none are named. */
static struct json_object *records_packages(struct json_object *row)
{
	struct json_object *content = records_content(row), *list = NULL;

	if (!content || json_member(content, "RpmEntityList", json_type_array, &list, NULL))
		return NULL;
	return list && json_object_array_length(list) > 0 ? list : NULL;
}

int records_add(struct records *records, enum scanreq_category category,
		struct json_object *row, struct log *log)
{
	struct json_object *packages =
		category == SCANREQ_CATEGORY_SYSTEM ? records_packages(row) : NULL;
	int failed = 0;

	if (!packages)
		return records_add_one(records, category, row, NULL, log);
	for (size_t i = 0; i < json_object_array_length(packages) && !failed; i++) {
		struct json_object *package = json_object_array_get_idx(packages, i);

		failed = records_add_one(
			records, category, row,
			json_object_is_type(package, json_type_object) ? package : NULL, log);
	}
	return failed;
}
