/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/findings.h"
#include "cli/inputs.h"
#include "cli/one-image.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "cli/secrets.h"
#include "pipeline/batch.h"

void run_free(struct run *run)
{
	scanreq_client_free(run->client);
	str_wipe(&run->token);
	journal_free(&run->journal);
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
		return complaint(&err);
	return 0;
}

static void set_log(const struct settings *settings)
{
	static const enum scanreq_level levels[] = { SCANREQ_LOG_WARNING, SCANREQ_LOG_INFO,
						     SCANREQ_LOG_DEBUG };
	int verbosity = settings->verbosity < 2 ? settings->verbosity : 2;

	if (!settings->quiet && progress_wanted())
		scanreq_options_progress(settings->client, progress_show, NULL);
	if (!settings->quiet || verbosity > 0)
		scanreq_options_log(settings->client, levels[verbosity], diagnostic_log, NULL);
}

int run_begin(struct run *run)
{
	const struct settings *s = run->settings;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = s->password_stdin ? read_password(s) : 0;

	if (!failed)
		failed = secret_token(run->submits ? s->token_file : NULL, &run->token);
	if (failed)
		return failed;
	set_log(s);
	failed = scanreq_client_new(s->client, &run->client, &err);
	/* A dry run files nothing, so it writes no journal. */
	if (!failed && run->submits)
		failed = journal_open(s->dry_run ? NULL : s->journal, &run->journal, &err);
	if (failed)
		diagnostic_error(NULL, &err);
	return exit_status_of(failed);
}

/* --- the run ----------------------------------------------------------------------- */

/* The images in their order, and where their results go. */
struct loop {
	struct run *run;
	struct inputs inputs;
	struct scanreq_error err; /* of the inputs */
	struct tally tally;
	struct output output;
};

static bool is_stopped(void *arg)
{
	const struct loop *loop = arg;

	return loop->run->signals && signals_stopped(loop->run->signals);
}

static int next_image(void *arg, void **item)
{
	struct loop *loop = arg;
	struct image_entry entry CLEANUP(image_entry_free) = { 0 };
	struct job *job CLEANUP(job_free) = NULL;
	int got = inputs_next(&loop->inputs, &entry, &loop->err);

	/* A list may have no image if a signal ended it. */
	if (got == SCANREQ_E_USAGE && is_stopped(loop))
		return 0;
	if (got <= 0)
		return got;
	job = calloc(1, sizeof(*job));
	if (!job)
		return SCANREQ_E_NOMEM;
	job->entry = entry;
	entry = (struct image_entry){ 0 };
	job->result.submits = loop->run->submits;
	job->result.input = job->entry.image;
	*item = TAKE(job);
	return 1;
}

static void work_on_image(void *arg, void *item)
{
	struct loop *loop = arg;
	struct job *job = item;

	job->result.attempted = true;
	image_process(loop->run, job);
}

/* Names the image in each line where there are several. */
static void run_tell(struct loop *loop, const struct result *r, bool of_several)
{
	const char *input = inputs_are_many(loop->run->settings) ? r->input : NULL;
	const char *platform = of_several && r->image
				       ? scanreq_image_fact(r->image, SCANREQ_FACT_PLATFORM)
				       : NULL;
	char *both CLEANUP_FREE = NULL;

	if (input && platform && asprintf(&both, "%s: %s", input, platform) < 0)
		both = NULL;
	image_tell(loop->run, r, both ? both : platform ? platform : input);
}

static bool take_result(void *arg, void *item, bool worked)
{
	struct loop *loop = arg;
	struct job *job = item;
	bool failed = false;

	for (size_t i = 0; i <= job->other_count; i++) {
		struct result *r = job_result(job, i);

		if (worked && r->attempted)
			run_tell(loop, r, job->other_count > 0);
		tally_add(&loop->tally, r);
		output_result(&loop->output, r);
		failed = failed || r->error.klass;
	}
	job_free(&job);
	/* Stop once results cannot be written: nobody would learn what is filed after that. */
	return (!failed || loop->run->settings->keep_going) && !loop->tally.unwritten;
}

static enum signals_kind kind_of(const struct settings *settings)
{
	if (settings->wait)
		return SIGNALS_OF_WAITS;
	return inputs_are_many(settings) ? SIGNALS_OF_MANY : SIGNALS_OF_ONE;
}

static int run_batch(struct loop *loop, const struct batch *batch)
{
	struct run *run = loop->run;
	struct signals signals;
	int failed, number;

	signals_begin(&signals, run->client, kind_of(run->settings));
	run->signals = &signals;
	inputs_stop_at(&loop->inputs, signals.wake);
	failed = batch_run(batch);
	run->signals = NULL;
	number = signals_end(&signals);
	if (number > 0)
		loop->tally.ended = EXIT_SIGNAL + number;
	return failed;
}

/* Counts the results by what became of them, in one line. */
static void tell_counts(const struct settings *settings, const struct tally *t)
{
	const struct {
		size_t count;
		const char *what;
	} parts[] = {
		{ t->accepted, "accepted" },
		{ t->already_accepted, "filed before" },
		{ t->shown, settings->dry_run ? "shown and not sent" : "read" },
		{ t->failed, "failed" },
		{ t->unknown, "of unknown outcome" },
		{ t->left, "not attempted" },
	};
	char line[256];
	int len = snprintf(line, sizeof(line), "%zu image%s", t->total, t->total == 1 ? "" : "s");

	for (size_t i = 0, said = 0; i < ARRAY_LENGTH(parts); i++)
		if (parts[i].count > 0)
			len += snprintf(line + len, sizeof(line) - (size_t)len, "%s %zu %s",
					said++ ? "," : ":", parts[i].count, parts[i].what);
	diagnostic("%s", line);
}

/* The counts are left out when the reader of the results has gone (EPIPE). */
static bool wants_counts(const struct settings *settings, const struct tally *t)
{
	if (t->unwritten == EXIT_SIGNAL + SIGPIPE && t->filed == 0)
		return false;
	return t->left > 0 || (!settings->quiet && t->total > 0 &&
			       (settings->images_from || settings->built.count > 1));
}

/* Writes the results so far, whatever ended the list. */
static int end_run(struct loop *loop, int failed)
{
	int status;

	if (failed) {
		if (failed == SCANREQ_E_NOMEM)
			memory_error();
		else
			diagnostic_error(NULL, &loop->err);
		loop->tally.ended = exit_status_of(failed);
	}
	inputs_close(&loop->inputs);
	status = output_end(&loop->output);
	if (wants_counts(loop->run->settings, &loop->tally))
		tell_counts(loop->run->settings, &loop->tally);
	return status;
}

int run_images(const struct settings *settings, bool submits)
{
	struct run run CLEANUP(run_free) = { .settings = settings, .submits = submits };
	struct loop loop = { .run = &run };
	const struct batch batch = {
		.jobs = inputs_are_many(settings) ? settings->jobs : 1,
		.next = next_image,
		.work = work_on_image,
		.done = take_result,
		.stopped = is_stopped,
		.arg = &loop,
	};
	int failed = findings_check(settings);

	if (!failed)
		failed = run_begin(&run);
	if (failed)
		return failed;
	if (inputs_open(&loop.inputs, settings, &loop.err))
		return complaint(&loop.err);
	failed = output_begin(&loop.output, settings, &loop.tally);
	if (failed)
		inputs_close(&loop.inputs);
	else
		failed = end_run(&loop, run_batch(&loop, &batch));
	output_free(&loop.output);
	return failed;
}
