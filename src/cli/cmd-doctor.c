/* SPDX-License-Identifier: MIT */
/*
 * The command that looks whether a submission could work: a line for each thing that it
 * takes, with what to do where one is missing. Nothing is submitted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/color.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/options.h"
#include "cli/output-choice.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "pipeline/ci.h"

#define DOCUMENT_MAX MIB

/* What is found, one after the other, in the form that was asked for. */
struct findings {
	const struct settings *settings;
	struct buf text;
	struct json_writer json; /* into `text` */
	bool as_json;
	int failed; /* class of the first failure; 0: none */
};

static void cmd_doctor_member(struct json_writer *w, const char *name, const char *value)
{
	json_write_name(w, name);
	json_write_string(w, value);
}

static void cmd_doctor_find(void *arg, enum scanreq_check check, const char *subject,
			    const char *text)
{
	struct findings *f = arg;
	enum color_paint paint = check == SCANREQ_CHECK_OK      ? PAINT_GOOD
				 : check == SCANREQ_CHECK_WARNING ? PAINT_WARNING
								  : PAINT_ERROR;

	if (!f->as_json) {
		buf_addf(&f->text, "%s%-8s%s %-12s ", color_begin(stdout, paint),
			 scanreq_check_name(check), color_end(stdout, paint), subject);
		buf_add_escaped(&f->text, text, strlen(text));
		buf_putc(&f->text, '\n');
		return;
	}
	json_write_begin(&f->json, '{');
	cmd_doctor_member(&f->json, "check", scanreq_check_name(check));
	cmd_doctor_member(&f->json, "subject", subject);
	cmd_doctor_member(&f->json, "text", text);
	json_write_end(&f->json, '}');
}

static void cmd_doctor_fail(struct findings *f, const char *subject,
			    const struct scanreq_error *err)
{
	char hint[ERROR_HINT_SIZE], text[LIMIT_LINE];

	if (!f->failed)
		f->failed = err->klass;
	snprintf(text, sizeof(text), "%s%s", err->message, error_hint(err, hint));
	cmd_doctor_find(f, SCANREQ_CHECK_FAILURE, subject, text);
}

/* --- what the program itself knows ------------------------------------------------- */

static void check_token(struct findings *f, const struct run *run)
{
	if (run->token)
		cmd_doctor_find(f, SCANREQ_CHECK_OK, "token", "a scan token is given");
	else
		cmd_doctor_find(
			f, SCANREQ_CHECK_WARNING, "token",
			"none is given: older documents of the service call it required; set"
			" SCANREQ_TOKEN or --token-file");
}

/* Which authorities are trusted. The connection shows whether they can be read. */
static void check_trust(struct findings *f)
{
	const char *file = getenv("SSL_CERT_FILE"), *directory = getenv("SSL_CERT_DIR");
	char text[LIMIT_LINE];

	if (file && *file)
		snprintf(text, sizeof(text), "the authorities in %s (SSL_CERT_FILE)", file);
	else if (directory && *directory)
		snprintf(text, sizeof(text), "the authorities in %s (SSL_CERT_DIR)", directory);
	else
		snprintf(text, sizeof(text), "the system's authorities");
	cmd_doctor_find(f, SCANREQ_CHECK_OK, "trust", text);
}

static void check_ci(struct findings *f)
{
	struct ci ci CLEANUP_CI = { 0 };
	char text[LIMIT_LINE];

	if (ci_detect(NULL, &ci) || !ci.system) {
		cmd_doctor_find(f, SCANREQ_CHECK_OK, "CI", "none is detected");
		return;
	}
	snprintf(text, sizeof(text), "%s%s%s", ci.system, ci.build_url ? ", build " : "",
		 ci.build_url ? ci.build_url : "");
	cmd_doctor_find(f, SCANREQ_CHECK_OK, "CI", text);
}

static void image_free(struct scanreq_image **image)
{
	scanreq_image_free(*image);
}

/* Reading it shows that the source answers, the login serves and the platform is there. */
static void check_image(struct findings *f, const struct run *run)
{
	static const struct image_options none = { 0 };
	struct scanreq_selection *selection CLEANUP_SELECTION = NULL;
	struct scanreq_image *image CLEANUP(image_free) = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	const char *digest;
	char text[LIMIT_LINE];
	int failed = image_options_selection(&run->settings->image, &none, &selection, &err);

	if (!failed)
		failed = scanreq_image_open(run->client, run->settings->images[0], selection,
					    &image, &err);
	progress_end();
	if (failed) {
		cmd_doctor_fail(f, "image", &err);
		return;
	}
	digest = scanreq_image_fact(image, SCANREQ_FACT_MANIFEST_DIGEST);
	snprintf(text, sizeof(text), "%s can be read%s%s", run->settings->images[0],
		 digest ? ": manifest " : ", and has no manifest of a registry",
		 digest ? digest : "");
	cmd_doctor_find(f, SCANREQ_CHECK_OK, "image", text);
}

/* doctor writes one form, to standard output. */
static bool outputs_fit(const struct output_choices *outputs)
{
	return outputs->count == 0 ||
	       (outputs->count == 1 && !outputs->items[0].path &&
		(outputs->items[0].format == OUTPUT_TEXT ||
		 outputs->items[0].format == OUTPUT_JSON));
}

/* A form of SCANREQ_OUTPUT that doctor does not have is ignored. */
static bool wants_json(const struct settings *settings)
{
	const struct output_choices *outputs = &settings->outputs;

	return outputs->count == 1 && outputs_fit(outputs) &&
	       outputs->items[0].format == OUTPUT_JSON;
}

/* --- the command ------------------------------------------------------------------- */

static void begin(struct findings *f)
{
	f->json.out = &f->text;
	if (!f->as_json)
		return;
	json_write_begin(&f->json, '{');
	cmd_doctor_member(&f->json, "schema", "scanreq-doctor/1");
	json_write_name(&f->json, "checks");
	json_write_begin(&f->json, '[');
}

static int cmd_doctor_end(struct findings *f)
{
	int status = exit_status_of(f->failed);

	if (f->as_json) {
		json_write_end(&f->json, ']');
		json_write_name(&f->json, "exit_code");
		json_write_int(&f->json, status);
		json_write_end(&f->json, '}');
		buf_putc(&f->text, '\n');
	}
	if (f->text.failed)
		return memory_error();
	fwrite(buf_str(&f->text), 1, f->text.len, stdout); /* main() checks the stream */
	return status;
}

static int cmd_doctor_examine(const struct settings *settings)
{
	struct run run CLEANUP(run_free) = { .settings = settings, .submits = true };
	struct findings f = {
		.settings = settings,
		.text = BUF_INIT(DOCUMENT_MAX),
		.as_json = wants_json(settings),
	};
	int status = run_begin(&run);

	if (status)
		return status;
	begin(&f);
	f.failed = scanreq_doctor(run.client, cmd_doctor_find, &f, NULL);
	check_trust(&f);
	check_token(&f, &run);
	check_ci(&f);
	if (settings->image_count > 0)
		check_image(&f, &run);
	status = cmd_doctor_end(&f);
	buf_free(&f.text);
	return status;
}

int cmd_doctor(const struct command *command, int argc, char **argv)
{
	struct settings settings CLEANUP(settings_free) = { 0 };
	int status;

	if (settings_parse(&settings, command, argc, argv, &status))
		return status;
	if (settings.image_count > 1)
		return usage_error("doctor takes one IMAGE at the most");
	if (!outputs_fit(&settings.outputs) && !settings.outputs.inherited)
		return usage_error("doctor writes text or, with -o json, a document, to standard"
				   " output alone");
	return cmd_doctor_examine(&settings);
}
