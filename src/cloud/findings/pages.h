/* SPDX-License-Identifier: MIT */
/* Queries of lists: page after page, with the total that each page states. */
#ifndef CLOUD_FINDINGS_PAGES_H
#define CLOUD_FINDINGS_PAGES_H

#include <json-c/json.h>

#include "cloud/scan/query.h"

/* Parameters of a query of one list, without those of paging. */
#define PAGES_PARAMS 8

/* Which list to ask for; borrowed. */
struct pages {
	const struct query_context *context;
	const struct url *url;
	const char *action;
	const char *rows;   /* the member that has the rows */
	bool page_info;     /* the total is in PageInfo, else beside the rows */
	struct acs3_pair params[PAGES_PARAMS];
	size_t count;
};

/* Takes one row, an object; not 0 stops the reading. */
typedef int (*pages_fn)(void *arg, struct json_object *row, struct scanreq_error *err);

/* Adds a parameter. */
void pages_add(struct pages *pages, const char *name, const char *value);

/*
 * Reads the first page; *total is what it states, which must be there and be a count.
 * `fn` may be NULL. Errors: those of query_send(), SCANREQ_E_UNREADABLE.
 */
int pages_first(const struct pages *pages, int64_t *total, pages_fn fn, void *arg,
		struct scanreq_error *err);

/*
 * Reads all pages, at most LIMIT_FINDING_PAGES. *complete is false if there are more, or if
 * the pages do not have as many rows as the total says. Errors: the same.
 */
int pages_all(const struct pages *pages, bool *complete, pages_fn fn, void *arg,
	      struct scanreq_error *err);

/*
 * A text or whole number of an answer, masked and cut at LIMIT_FINDING_TEXT, into *text,
 * which is freed before; NULL: absent, empty or of another type. 0 or SCANREQ_E_NOMEM.
 */
int pages_text(struct json_object *object, const char *name, struct log *log, char **text);

/* Milliseconds since the epoch; 0: absent or malformed. */
int64_t pages_time(struct json_object *object, const char *name);

#endif
