/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/findings/pages.h"
#include "cloud/scan/task.h"

/* The documented default of most lists; their maximum is not documented. */
#define PAGE_SIZE "20"

void pages_add(struct pages *pages, const char *name, const char *value)
{
	pages->params[pages->count++] = (struct acs3_pair){ .name = name, .value = value };
}

/* Reads what a page says of itself. The number of another page is an inconsistent answer. */
static int pages_read_total(const struct pages *pages, struct json_object *root, int number,
			    int64_t *total, struct scanreq_error *err)
{
	struct json_object *info = root;
	int64_t current = number;
	int failed = 0;

	*total = -1;
	if (pages->page_info)
		failed = json_member(root, "PageInfo", json_type_object, &info, err);
	if (!failed && info)
		failed = json_size(info, "TotalCount", total, err);
	if (!failed && info)
		failed = json_size(info, "CurrentPage", &current, err);
	if (failed)
		return failed;
	if (*total < 0)
		return error_set(err, SCANREQ_CODE_ANSWER_INVALID,
				 "the answer to %s has no TotalCount", pages->action);
	if (current != number)
		return error_set(err, SCANREQ_CODE_ANSWER_INVALID,
				 "the answer to %s is another page than %d", pages->action, number);
	return 0;
}

static int pages_rows(const struct pages *pages, struct json_object *root, size_t *count,
		      pages_fn fn, void *arg, struct scanreq_error *err)
{
	struct json_object *rows = NULL;
	int failed = json_member(root, pages->rows, json_type_array, &rows, err);

	*count = !failed && rows ? json_object_array_length(rows) : 0;
	for (size_t i = 0; i < *count && !failed && fn; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (!json_object_is_type(row, json_type_object))
			return error_set(err, SCANREQ_CODE_ANSWER_INVALID,
					 "the answer to %s has a row that is not an object",
					 pages->action);
		failed = fn(arg, row, err);
	}
	return failed;
}

/* One page, what it states and its rows. */
struct page {
	int number;
	int64_t total;
	size_t count;
};

static int pages_ask(const struct pages *pages, struct page *page, pages_fn fn, void *arg,
		     struct scanreq_error *err)
{
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct json_object *root CLEANUP_JSON = NULL;
	struct pages whole = *pages;
	char number[16], grant[128];
	struct query query = { .action = pages->action, .version = TASK_VERSION,
			       .url = pages->url, .params = whole.params, .grant = grant };
	int failed;

	snprintf(number, sizeof(number), "%d", page->number);
	snprintf(grant, sizeof(grant), "yundun-sas:%s", pages->action);
	pages_add(&whole, "CurrentPage", number);
	pages_add(&whole, "PageSize", PAGE_SIZE);
	query.count = whole.count;
	failed = query_send_patiently(pages->context, &query, &response, err);
	if (!failed)
		failed = json_parse(buf_str(&response.body), response.body.len, "the answer",
				    &root, err);
	if (!failed)
		failed = pages_read_total(pages, root, page->number, &page->total, err);
	return failed ? failed : pages_rows(pages, root, &page->count, fn, arg, err);
}

int pages_first(const struct pages *pages, int64_t *total, pages_fn fn, void *arg,
		struct scanreq_error *err)
{
	struct page page = { .number = 1 };
	int failed = pages_ask(pages, &page, fn, arg, err);

	*total = failed ? -1 : page.total;
	return failed;
}

int pages_all(const struct pages *pages, bool *complete, pages_fn fn, void *arg,
	      struct scanreq_error *err)
{
	struct page page = { .number = 0 };
	int64_t rows = 0;

	*complete = false;
	while (page.number < LIMIT_FINDING_PAGES) {
		int failed;

		page.number++;
		failed = pages_ask(pages, &page, fn, arg, err);
		if (failed)
			return failed;
		rows += (int64_t)page.count;
		*complete = rows == page.total;
		if (rows >= page.total || page.count == 0)
			return 0;
	}
	return 0;
}

int pages_text(struct json_object *object, const char *name, struct log *log, char **text)
{
	struct buf masked CLEANUP_BUF = BUF_INIT(2 * LIMIT_API_ANSWER);
	struct json_object *value = NULL;
	char number[JSON_NUMBER_SIZE];
	const char *said;

	free(*text);
	*text = NULL;
	json_object_object_get_ex(object, name, &value);
	said = json_text(value, number);
	if (!said || !*said)
		return 0;
	log_mask(log, said, &masked);
	if (masked.failed)
		return SCANREQ_E_NOMEM;
	*text = strndup(buf_str(&masked), LIMIT_FINDING_TEXT);
	return *text ? 0 : SCANREQ_E_NOMEM;
}

int64_t pages_time(struct json_object *object, const char *name)
{
	int64_t ms = 0;

	return json_size(object, name, &ms, NULL) ? 0 : ms;
}
