/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/one-image.h"
#include "cli/output.h"
#include "cli/run.h"
#include "cli/secrets.h"
#include "pipeline/batch.h"

static void run_free(struct run *run)
{
	scanreq_client_free(run->client);
	str_wipe(&run->token);
}

/* --- beginning --------------------------------------------------------------------- */

static int read_password(const struct settings *settings)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char *password CLEANUP_SECRET = NULL;
	int failed = secret_read("-", "the password", &password);

	if (failed)
		return failed;
	if (scanreq_options_set(settings->client, SCANREQ_OPT_PASSWORD, password, &err))
		return usage_error("%s", err.message);
	return 0;
}

static void set_log(const struct settings *settings)
{
	static const enum scanreq_level levels[] = { SCANREQ_LOG_WARNING, SCANREQ_LOG_INFO,
						     SCANREQ_LOG_DEBUG };
	int verbosity = settings->verbosity < 2 ? settings->verbosity : 2;

	if (!settings->quiet || verbosity > 0)
		scanreq_options_log(settings->client, levels[verbosity], diagnostic_log, NULL);
}

static int begin(struct run *run)
{
	const struct settings *s = run->settings;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = s->password_stdin ? read_password(s) : 0;

	if (!failed)
		failed = secret_token(run->submits ? s->token_file : NULL, &run->token);
	if (failed)
		return failed;
	set_log(s);
	if (scanreq_client_new(s->client, &run->client, &err)) {
		diagnostic("%s", err.message);
		return exit_status_of(err.klass);
	}
	return 0;
}

/* --- the run ----------------------------------------------------------------------- */

/* The images in their order, and where their results go. */
struct loop {
	struct run *run;
	int next;
	struct tally tally;
	struct output output;
};

/* An image of which only overrides are given has no IMAGE: it is one all the same. */
static int next_image(void *arg, void **item)
{
	struct loop *loop = arg;
	const struct settings *s = loop->run->settings;
	int count = s->image_count > 0 ? s->image_count : 1;
	struct result *r;

	if (loop->next == count)
		return 0;
	r = calloc(1, sizeof(*r));
	if (!r)
		return SCANREQ_E_NOMEM;
	r->submits = loop->run->submits;
	r->input = s->image_count > 0 ? s->images[loop->next] : NULL;
	loop->next++;
	*item = r;
	return 1;
}

static void work_on_image(void *arg, void *item)
{
	struct loop *loop = arg;
	struct result *r = item;

	r->attempted = true;
	image_process(loop->run, r);
}

static bool take_result(void *arg, void *item, bool worked)
{
	struct loop *loop = arg;
	struct result *r = item;
	bool go_on = !r->error.klass || loop->run->settings->keep_going;

	if (worked)
		image_tell(loop->run, r,
			   loop->run->settings->image_count > 1 ? r->input : NULL);
	tally_add(&loop->tally, r);
	output_result(&loop->output, r);
	result_free(r);
	free(r);
	return go_on;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

int run_images(const struct settings *settings, bool submits)
{
	struct run run CLEANUP(run_free) = { .settings = settings, .submits = submits };
	struct loop loop = { .run = &run };
	const struct batch batch = {
		.jobs = 1,
		.next = next_image,
		.work = work_on_image,
		.done = take_result,
		.stopped = never,
		.arg = &loop,
	};
	int failed = begin(&run);

	if (failed)
		return failed;
	output_begin(&loop.output, settings);
	failed = batch_run(&batch);
	if (!failed)
		return output_end(&loop.output, &loop.tally);
	output_free(&loop.output);
	return memory_error();
}
