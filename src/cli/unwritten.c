/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/limits.h"
#include "cli/diagnostics.h"
#include "cli/unwritten.h"

void unwritten_free(struct unwritten *unwritten)
{
	strv_free(&unwritten->lines);
}

/* Needs no memory, which may be what the output lacked. */
static void unwritten_tell(const char *line)
{
	diagnostic("%s", line);
}

static void unwritten_line(const struct result *r, const char *why, char *line, size_t size)
{
	const char *platform =
		r->image ? scanreq_image_fact(r->image, SCANREQ_FACT_PLATFORM) : NULL;

	snprintf(line, size,
		 "task %s was opened for %s%s%s%s%s",
		 result_answer(r, SCANREQ_SUBMISSION_TASK_ID),
		 r->input ? r->input : "the given parameters", platform ? " (" : "",
		 platform ? platform : "", platform ? ")" : "",
		 why);
}

void unwritten_add(struct unwritten *unwritten, const struct result *result)
{
	static const char lost[] = ", but its result could not be written: do not file the"
				   " request again";
	static const char unkept[] = "; there is no memory to keep its id until its result is"
				     " written";
	char line[LIMIT_LINE];

	unwritten_line(result, lost, line, sizeof(line));
	if (!unwritten->failed && strv_add(&unwritten->lines, line) == 0)
		return;
	if (!unwritten->failed)
		unwritten_line(result, unkept, line, sizeof(line));
	unwritten_tell(line);
}

void unwritten_fail(struct unwritten *unwritten)
{
	unwritten->failed = true;
	for (size_t i = 0; i < unwritten->lines.count; i++)
		unwritten_tell(unwritten->lines.items[i]);
	strv_free(&unwritten->lines);
}
