/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "cloud/findings/observe.h"
#include "cloud/findings/pages.h"
#include "cloud/scan/task.h"

bool observe_is_fatal(int failed)
{
	return failed == SCANREQ_E_CANCELLED || failed == SCANREQ_E_NOMEM;
}

static int observe_note(struct scanreq_findings *f, enum scanreq_findings_text text,
			const char *why)
{
	free(f->texts[text]);
	f->texts[text] = NULL;
	return str_copy(&f->texts[text], why);
}

#define SEEN_TEXTS 3
#define SEEN_TIMES 2

/* The members of a list's rows that matter. */
struct columns {
	const char *id, *digest;
	bool id_needs_digest;
	const char *texts[SEEN_TEXTS]; /* NULL: unused */
	const char *times[SEEN_TIMES];
};

/* What one row says; copied, since a page is wiped after it was read. */
struct seen {
	char *texts[SEEN_TEXTS];
	int64_t times[SEEN_TIMES];
};

/* The rows of a list that may be about our task or asset. */
struct matches {
	const struct columns *columns;
	const char *id, *hex;
	struct log *log;
	bool has_ours;
	struct seen ours;  /* by its id */
	struct seen other; /* the last one with our digest */
	size_t of_digest;
};

static void seen_free(struct seen *seen)
{
	for (size_t i = 0; i < SEEN_TEXTS; i++)
		free(seen->texts[i]);
	memset(seen, 0, sizeof(*seen));
}

static void matches_free(struct matches *m)
{
	seen_free(&m->ours);
	seen_free(&m->other);
}

static bool observe_is(struct json_object *row, const char *name, const char *value)
{
	const char *text = NULL;

	return value && !json_string(row, name, &text, NULL) && str_equal(text, value);
}

static int seen_take(struct matches *m, struct json_object *row, struct seen *seen)
{
	const struct columns *c = m->columns;

	seen_free(seen);
	for (size_t i = 0; i < SEEN_TEXTS && c->texts[i]; i++)
		if (pages_text(row, c->texts[i], m->log, &seen->texts[i]))
			return SCANREQ_E_NOMEM;
	for (size_t i = 0; i < SEEN_TIMES && c->times[i]; i++)
		seen->times[i] = pages_time(row, c->times[i]);
	return 0;
}

static int match_row(void *arg, struct json_object *row, struct scanreq_error *err)
{
	struct matches *m = arg;
	bool digest = observe_is(row, m->columns->digest, m->hex);
	bool ours = observe_is(row, m->columns->id, m->id) &&
		    (digest || !m->columns->id_needs_digest);

	m->of_digest += digest;
	if ((ours && !m->has_ours && seen_take(m, row, &m->ours)) ||
	    (digest && seen_take(m, row, &m->other)))
		return error_nomem(err);
	m->has_ours |= ours;
	return 0;
}

/* The row by its id, else the only one with our digest; NULL: neither. */
static struct seen *matches_one(struct matches *m)
{
	if (m->has_ours)
		return &m->ours;
	return m->of_digest == 1 ? &m->other : NULL;
}

/* --- the task ---------------------------------------------------------------------- */

static const struct columns task_columns = {
	.id = "TaskId", .digest = "Target", .texts = { "StatusText", "ResultInfo" },
	.times = { "EndTime", "StartTime" },
};

/* A status that begins with FAIL is an end, though the operation's page lists none. */
static enum scanreq_task_state leaf_state(const char *status)
{
	if (status && str_prefix(status, "FAIL", NULL))
		return SCANREQ_TASK_STATE_FAILED;
	return task_state_of(status);
}

static void observe_move(struct scanreq_findings *f, enum scanreq_findings_text to, char **text)
{
	free(f->texts[to]);
	f->texts[to] = TAKE(*text);
}

static void take_leaf(struct scanreq_findings *f, struct seen *row)
{
	observe_move(f, SCANREQ_FINDINGS_TASK_STATUS, &row->texts[0]);
	observe_move(f, SCANREQ_FINDINGS_TASK_RESULT, &row->texts[1]);
	f->observed.task = leaf_state(f->texts[SCANREQ_FINDINGS_TASK_STATUS]);
	f->observed.finish_ms = row->times[0];
	f->task_start_ms = row->times[1];
}

/* Asks by the task's id. One row with our digest is ours, too: its id may be the root's. */
static int observe_leaf(const struct query_context *context, const struct url *url,
			struct scanreq_findings *f, struct scanreq_error *err)
{
	struct pages pages = {
		.context = context, .url = url, .action = LEAF_ACTION, .rows = "OnceTasks",
		.page_info = true,
	};
	struct matches m CLEANUP(matches_free) = {
		.columns = &task_columns, .id = f->task_id, .hex = f->hex, .log = context->log,
	};
	struct seen *row;
	bool complete;
	int failed;

	pages_add(&pages, "TaskType", "IMAGE_SCAN");
	pages_add(&pages, "RelateInfo", "true");
	pages_add(&pages, "TaskId", f->task_id);
	failed = pages_all(&pages, &complete, match_row, &m, err);
	row = failed ? NULL : matches_one(&m);
	if (row)
		take_leaf(f, row);
	return failed;
}

static int take_latest(struct scanreq_findings *f, struct scanreq_task *task)
{
	const char *finish = task->texts[SCANREQ_TASK_TEXT_FINISH_TIME];
	const char *start = task->texts[SCANREQ_TASK_TEXT_START_TIME];
	const char *status = task->texts[SCANREQ_TASK_TEXT_STATUS];

	f->observed.task = task->state;
	if (finish)
		str_to_int64(finish, &f->observed.finish_ms);
	if (start)
		str_to_int64(start, &f->task_start_ms);
	return observe_note(f, SCANREQ_FINDINGS_TASK_STATUS, status);
}

static void task_free_local(struct scanreq_task **task)
{
	task_free(task);
}

static int observe_latest(const struct query_context *context, const struct url *url,
			  struct scanreq_findings *f, struct scanreq_error *err)
{
	struct scanreq_task *task CLEANUP(task_free_local) = calloc(1, sizeof(*task));
	struct digest digest = { .algorithm = DIGEST_SHA256 };
	int64_t asked_ms;
	int failed;

	if (!task || str_copy(&task->texts[SCANREQ_TASK_TEXT_ID], f->task_id))
		return error_nomem(err);
	memcpy(digest.hex, f->hex, sizeof(f->hex));
	failed = task_look(context, url, &digest, task, &asked_ms, err);
	if (!failed && task->state != SCANREQ_TASK_STATE_UNSEEN && take_latest(f, task))
		return error_nomem(err);
	return failed;
}

/* Both operations failed, or neither names the task. */
static int note_unseen(struct scanreq_findings *f, const struct scanreq_error *by_id,
		       const struct scanreq_error *by_digest)
{
	const struct scanreq_error *why = by_digest->klass ? by_digest : by_id;

	return observe_note(f, SCANREQ_FINDINGS_TASK_WHY,
			    why->klass ? why->message : "the service does not name this task");
}

int observe_task(const struct query_context *context, const struct url *url,
		 struct scanreq_findings *f, struct scanreq_error *err)
{
	struct scanreq_error by_id = SCANREQ_ERROR_INIT, by_digest = SCANREQ_ERROR_INIT;
	struct observed *o = &f->observed;
	int failed;

	o->has_task = f->task_id;
	o->task = SCANREQ_TASK_STATE_UNSEEN;
	o->finish_ms = f->task_start_ms = 0;
	if (!f->task_id)
		return 0;
	failed = observe_leaf(context, url, f, &by_id);
	if (o->task == SCANREQ_TASK_STATE_UNSEEN && !observe_is_fatal(failed))
		failed = observe_latest(context, url, f, &by_digest);
	if (observe_is_fatal(failed)) {
		if (err)
			*err = by_digest.klass ? by_digest : by_id;
		return failed;
	}
	if (o->task == SCANREQ_TASK_STATE_UNSEEN)
		return note_unseen(f, &by_id, &by_digest) ? error_nomem(err) : 0;
	return observe_note(f, SCANREQ_FINDINGS_TASK_WHY, NULL);
}

/* --- the asset --------------------------------------------------------------------- */

/* The filter may mix assets: only those with our digest count. */
static const struct columns asset_columns = {
	.id = "Uuid", .digest = "Digest", .id_needs_digest = true,
	.texts = { "Uuid", "ScaResult", "LastScanTime" }, .times = { "LastScanTime" },
};

/* Without the submission's Uuid the asset may be of another registry. */
static void take_asset(struct scanreq_findings *f, struct seen *row, bool ours)
{
	observe_move(f, SCANREQ_FINDINGS_ASSET_UUID, &row->texts[0]);
	observe_move(f, SCANREQ_FINDINGS_ASSET_RESULT, &row->texts[1]);
	observe_move(f, SCANREQ_FINDINGS_LAST_SCAN, &row->texts[2]);
	f->observed.last_scan_ms = row->times[0];
	f->observed.asset_seen = ours;
}

static const char *why_no_asset(const struct matches *m)
{
	if (m->of_digest == 0)
		return "the service knows no asset with this digest";
	if (m->id)
		return "no asset with this digest has the Uuid of the submission";
	return m->of_digest > 1 ? "several assets have this digest, and no uuid is set"
				: "no uuid is set";
}

int observe_asset(const struct query_context *context, const struct url *url,
		  struct scanreq_findings *f, struct scanreq_error *err)
{
	struct pages pages = {
		.context = context, .url = url, .action = ASSET_ACTION,
		.rows = "ImageInstanceList", .page_info = true,
	};
	struct matches m CLEANUP(matches_free) = {
		.columns = &asset_columns, .id = f->uuid, .hex = f->hex, .log = context->log,
	};
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	struct seen *row;
	char criteria[160];
	bool complete;
	int failed;

	snprintf(criteria, sizeof(criteria),
		 "[{\"name\":\"digest\",\"value\":\"%s\",\"logicalExp\":\"AND\"}]", f->hex);
	pages_add(&pages, "Criteria", criteria);
	pages_add(&pages, "LogicalExp", "AND");
	f->observed.asset_seen = false;
	failed = pages_all(&pages, &complete, match_row, &m, &why);
	if (observe_is_fatal(failed)) {
		if (err)
			*err = why;
		return failed;
	}
	row = matches_one(&m);
	if (row && (m.has_ours || !f->uuid))
		take_asset(f, row, m.has_ours);
	return observe_note(f, SCANREQ_FINDINGS_ASSET_WHY,
			    f->observed.asset_seen ? NULL
			    : failed               ? why.message
						   : why_no_asset(&m))
		       ? error_nomem(err)
		       : 0;
}
