/* SPDX-License-Identifier: MIT */
/* One look at a task: DescribeImageLatestScanTask, asked by digest. */
#ifndef CLOUD_SCAN_TASK_H
#define CLOUD_SCAN_TASK_H

#include <scanreq/task.h>

#include "base/digest.h"
#include "cloud/scan/query.h"

#define TASK_ACTION "DescribeImageLatestScanTask"
#define TASK_VERSION "2018-12-03"
#define TASK_GRANT "yundun-sas:" TASK_ACTION

struct scanreq_task {
	enum scanreq_task_state state;
	char *texts[SCANREQ_TASK_TEXT_COUNT_]; /* NULL: absent; masked */
	bool replaced;			       /* the last answer named only other tasks */
	int polls;
};

void task_free(struct scanreq_task **task);

/* The state for a status of the service; unknown statuses mean running. */
enum scanreq_task_state task_state_of(const char *status);

/*
 * Parses the 64 hex digits of an image's digest, with or without "sha256:".
 * Errors: SCANREQ_E_USAGE.
 */
int task_digest(const char *text, struct digest *digest, struct scanreq_error *err);

/*
 * Reads an answer into `task`, whose id is set. The state stays as it was unless the answer
 * names that task. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int task_read(const struct buf *answer, struct log *log, struct scanreq_task *task,
	      struct scanreq_error *err);

/*
 * Asks once at `url` and reads the answer; *asked_ms: see query_send(). Errors: those of
 * query_send() and task_read().
 */
int task_look(const struct query_context *context, const struct url *url,
	      const struct digest *digest, struct scanreq_task *task, int64_t *asked_ms,
	      struct scanreq_error *err);

#endif
