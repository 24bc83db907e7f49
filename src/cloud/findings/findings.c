/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cloud/findings/findings.h"
#include "cloud/findings/observe.h"
#include "cloud/findings/pages.h"
#include "cloud/scan/submit.h"
#include "cloud/scan/task.h"

static const char *const necessity_words[] = {
	[SCANREQ_NECESSITY_ASAP] = "asap",
	[SCANREQ_NECESSITY_LATER] = "later",
	[SCANREQ_NECESSITY_NNTF] = "nntf",
};

/* How the findings of a category are counted and listed. */
static const struct category {
	const char *action;
	const char *rows;
	const char *type;   /* of vulnerabilities */
	bool by_uuid;       /* asked by ImageUuid, else by ImageDigest */
	bool page_info;
} categories[SCANREQ_CATEGORY_COUNT_] = {
	[SCANREQ_CATEGORY_SYSTEM] = {
		"DescribeImageGroupedVulList", "GroupedVulItems", "cve", false, false,
	},
	[SCANREQ_CATEGORY_APPLICATION] = {
		"DescribeImageGroupedVulList", "GroupedVulItems", "sca", false, false,
	},
	[SCANREQ_CATEGORY_BASELINE] = {
		"DescribeImageBaselineCheckResult", "BaselineResult", NULL, true, true,
	},
	[SCANREQ_CATEGORY_MALICIOUS] = {
		"DescribeGroupedMaliciousFiles", "GroupedMaliciousFileResponse", NULL, false, true,
	},
	[SCANREQ_CATEGORY_SENSITIVE] = {
		"DescribeImageSensitiveFileList", "SensitiveFileList", NULL, true, true,
	},
};

/* One reading. */
struct reading {
	struct query_context context;
	struct url url;
	struct scanreq_findings *findings;
	struct finding_counts counts;
};

static void reading_free(struct reading *r)
{
	url_free(&r->url);
}

void findings_free(struct scanreq_findings **at)
{
	struct scanreq_findings *f = *at;

	if (!f)
		return;
	for (size_t i = 0; i < SCANREQ_FINDINGS_COUNT_; i++)
		free(f->texts[i]);
	for (size_t i = 0; i < SCANREQ_CATEGORY_COUNT_; i++)
		free(f->why[i]);
	free(f->task_id);
	free(f->uuid);
	records_free(&f->records);
	free(f);
	*at = NULL;
}

/* --- counts ------------------------------------------------------------------------ */

/* The Uuid to ask by: the submission's, else that of the only asset. */
static const char *reading_uuid(const struct reading *r)
{
	const struct scanreq_findings *f = r->findings;

	return f->uuid ? f->uuid : f->texts[SCANREQ_FINDINGS_ASSET_UUID];
}

static struct pages category_pages(const struct reading *r, const struct category *c)
{
	struct pages pages = {
		.context = &r->context, .url = &r->url, .action = c->action, .rows = c->rows,
		.page_info = c->page_info,
	};

	if (c->type)
		pages_add(&pages, "Type", c->type);
	if (c->by_uuid)
		pages_add(&pages, "ImageUuid", reading_uuid(r));
	else
		pages_add(&pages, "ImageDigest", r->findings->hex);
	return pages;
}

/* The totals of a category of vulnerabilities by priority; the rest is unclassified. */
static int count_necessities(const struct reading *r, const struct category *c,
			     struct finding_count *count, struct scanreq_error *err)
{
	int64_t rest = count->total;

	for (size_t i = 0; i < ARRAY_LENGTH(necessity_words); i++) {
		struct pages pages = category_pages(r, c);
		int failed;

		pages_add(&pages, "Necessity", necessity_words[i]);
		failed = pages_first(&pages, &count->by[i], NULL, NULL, err);
		if (failed)
			return failed;
		if (count->by[i] > rest)
			return error_set(err, SCANREQ_CODE_ANSWER_INVALID,
					 "the counts of %s contradict each other", c->action);
		rest -= count->by[i];
	}
	count->by[SCANREQ_NECESSITY_UNCLASSIFIED] = rest;
	return 0;
}

static int count_category(const struct reading *r, const struct category *c,
			  struct finding_count *count, struct scanreq_error *err)
{
	struct pages pages;
	int failed;

	if (c->by_uuid && !reading_uuid(r))
		return error_set(err, SCANREQ_CODE_DIGEST_MISSING,
				 "not asked: the asset's Uuid is unknown");
	pages = category_pages(r, c);
	failed = pages_first(&pages, &count->total, NULL, NULL, err);
	if (!failed && c->type)
		failed = count_necessities(r, c, count, err);
	return failed;
}

/* Remembers why a category was not read, and the first such error. */
static int note_failure(struct reading *r, int i, const struct scanreq_error *why,
			struct scanreq_error *err)
{
	struct scanreq_findings *f = r->findings;

	free(f->why[i]);
	f->why[i] = NULL;
	if (!why->klass)
		return 0;
	if (!f->error.klass)
		f->error = *why;
	return str_copy(&f->why[i], why->message) ? error_nomem(err) : 0;
}

static int read_counts(struct reading *r, struct scanreq_error *err)
{
	for (int i = 0; i < SCANREQ_CATEGORY_COUNT_; i++) {
		struct finding_count *count = &r->counts.categories[i];
		struct scanreq_error why = SCANREQ_ERROR_INIT;
		int failed;

		memset(count, 0xff, sizeof(*count)); /* -1: unknown */
		failed = count_category(r, &categories[i], count, &why);
		if (observe_is_fatal(failed)) {
			*err = why;
			return failed;
		}
		if (note_failure(r, i, &why, err))
			return SCANREQ_E_NOMEM;
	}
	r->counts.at_ms = service_clock_now(r->context.clock);
	return 0;
}

/* --- the list ---------------------------------------------------------------------- */

struct listing {
	struct reading *reading;
	enum scanreq_category category;
};

static int list_row(void *arg, struct json_object *row, struct scanreq_error *err)
{
	struct listing *l = arg;
	struct scanreq_findings *f = l->reading->findings;

	return records_add(&f->records, l->category, row, l->reading->context.log)
		       ? error_nomem(err)
		       : 0;
}

/* DescribeImageVulList names packages, which the groups do not. */
static struct pages listing_pages(const struct reading *r, int i)
{
	struct pages pages = {
		.context = &r->context, .url = &r->url, .action = "DescribeImageVulList",
		.rows = "VulRecords",
	};

	if (i != SCANREQ_CATEGORY_SYSTEM)
		return category_pages(r, &categories[i]);
	pages_add(&pages, "Type", "cve");
	pages_add(&pages, "Digest", r->findings->hex);
	return pages;
}

static int note_gap(struct scanreq_findings *f, const char *why, struct scanreq_error *err)
{
	char **text = &f->texts[SCANREQ_FINDINGS_LIST_WHY];

	return *text || !str_copy(text, why) ? 0 : error_nomem(err);
}

static int list_category(struct reading *r, int i, struct scanreq_error *err)
{
	struct listing l = { .reading = r, .category = (enum scanreq_category)i };
	struct pages pages = listing_pages(r, i);
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	bool complete = false;
	int failed = pages_all(&pages, &complete, list_row, &l, &why);

	if (observe_is_fatal(failed)) {
		*err = why;
		return failed;
	}
	if (failed)
		return note_gap(r->findings, why.message, err);
	if (records_full(&r->findings->records))
		return note_gap(r->findings, "the list ends at its maximum length", err);
	return complete ? 0
			: note_gap(r->findings,
				   "the pages do not have as many rows as they state", err);
}

static int read_list(struct reading *r, struct scanreq_error *err)
{
	struct scanreq_findings *f = r->findings;
	int failed = 0;

	for (int i = 0; i < SCANREQ_CATEGORY_COUNT_ && !failed; i++) {
		if (r->counts.categories[i].total < 0)
			failed = note_gap(f, f->why[i], err);
		else if (r->counts.categories[i].total > 0 && !records_full(&f->records))
			failed = list_category(r, i, err);
	}
	return failed;
}

/* --- reading ----------------------------------------------------------------------- */

static int64_t later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The later of the times at which the request was sent and the task began. */
static void reading_since(struct scanreq_findings *f)
{
	f->observed.since_ms = later_of(f->sent_ms, f->task_start_ms);
}

static int read_once(struct reading *r, struct scanreq_error *err)
{
	struct scanreq_findings *f = r->findings;
	struct observed *o = &f->observed;
	int failed = observe_task(&r->context, &r->url, f, err);

	if (!failed)
		failed = observe_asset(&r->context, &r->url, f, err);
	if (!failed)
		failed = read_counts(r, err);
	if (failed)
		return failed;
	reading_since(f);
	o->first = o->readings == 0 ? r->counts : o->last;
	o->last = r->counts;
	o->readings++;
	return 0;
}

static bool nothing_known(const struct scanreq_findings *f)
{
	for (int i = 0; i < SCANREQ_CATEGORY_COUNT_; i++)
		if (f->observed.last.categories[i].total >= 0)
			return false;
	return true;
}

static int findings_new(const struct scanreq_scan *scan, struct scanreq_findings **findings,
			struct scanreq_error *err)
{
	struct scanreq_findings *f = calloc(1, sizeof(*f));
	struct digest digest;
	int failed;

	*findings = f;
	if (!f)
		return error_nomem(err);
	/* -1: unknown */
	memset(f->observed.first.categories, 0xff, sizeof(f->observed.first.categories));
	memset(f->observed.last.categories, 0xff, sizeof(f->observed.last.categories));
	failed = task_digest(scan->digest, &digest, err);
	if (failed)
		return failed;
	memcpy(f->hex, digest.hex, sizeof(f->hex));
	f->sent_ms = scan->sent_ms;
	f->list = scan->list;
	if (str_copy(&f->task_id, unless_empty(scan->task_id)) ||
	    str_copy(&f->uuid, unless_empty(scan->uuid)) ||
	    str_copy(&f->texts[SCANREQ_FINDINGS_TASK_ID], f->task_id) ||
	    str_copy(&f->texts[SCANREQ_FINDINGS_DIGEST], f->hex))
		return error_nomem(err);
	return 0;
}

static int reading_prepare(struct reading *r, const struct submit_context *context,
			   struct scanreq_error *err)
{
	struct credentials keys CLEANUP_CREDENTIALS = { 0 };
	int failed = submit_endpoint(context, &r->url, err);

	r->context = (struct query_context){
		.transport = context->transport, .log = context->log, .chain = context->chain,
		.clock = context->clock,
	};
	return failed ? failed : credential_chain_get(context->chain, false, &keys, err);
}

int findings_read(const struct submit_context *context, const struct scanreq_scan *scan,
		  struct scanreq_findings **findings, struct scanreq_error *err)
{
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	struct reading r CLEANUP(reading_free) = { .findings = NULL };
	int failed = findings_new(scan, findings, &own);

	r.findings = *findings;
	if (!failed)
		failed = reading_prepare(&r, context, &own);
	if (!failed)
		failed = read_once(&r, &own);
	if (!failed && nothing_known(*findings)) {
		own = (*findings)->error;
		failed = own.klass;
	}
	if (!failed && scan->list)
		failed = read_list(&r, &own);
	if (failed && err)
		*err = own;
	return failed;
}

/* --- confirming -------------------------------------------------------------------- */

/* Where nothing is reported, the second reading must be some minutes after the end. */
static int64_t confirm_wait_ms(const struct scanreq_findings *f, unsigned int fail_on,
			       int64_t now_ms, int64_t poll_ms)
{
	int64_t settled_ms = f->observed.finish_ms + GATE_SETTLE_MS - now_ms;

	if (gate_any(&f->observed.last, fail_on) || settled_ms < poll_ms)
		return poll_ms;
	return settled_ms < GATE_SETTLE_MS ? settled_ms : GATE_SETTLE_MS;
}

struct observed findings_observed(const struct scanreq_findings *f)
{
	struct observed o = f->observed;

	o.result = f->texts[SCANREQ_FINDINGS_TASK_RESULT];
	o.asset_result = f->texts[SCANREQ_FINDINGS_ASSET_RESULT];
	return o;
}

int findings_confirm(const struct submit_context *context, struct scanreq_findings *f,
		     unsigned int fail_on, int64_t poll_ms, struct scanreq_error *err)
{
	struct reading r CLEANUP(reading_free) = { .findings = f };
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	struct observed o = findings_observed(f);
	int64_t wait_ms;
	int failed;

	if (gate_decide(&o, fail_on) != GATE_ONE_READING)
		return 0;
	failed = reading_prepare(&r, context, &own);
	wait_ms = confirm_wait_ms(f, fail_on, service_clock_now(context->clock), poll_ms);
	if (!failed) {
		log_info(context->log, "the second reading is in %lld ms", (long long)wait_ms);
		failed = http_transport_wait(context->transport, wait_ms, &own);
	}
	if (!failed)
		failed = read_once(&r, &own);
	if (!observe_is_fatal(failed))
		return 0; /* the gate says that there is one reading only */
	if (err)
		*err = own;
	return failed;
}
