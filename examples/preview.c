/* SPDX-License-Identifier: MIT */
/*
 * Builds, signs and shows the scan request for an image without sending it:
 *
 *	cc preview.c $(pkg-config --cflags --libs scanreq)
 *	ALIBABA_CLOUD_ACCESS_KEY_ID=... ALIBABA_CLOUD_ACCESS_KEY_SECRET=... ./preview ./web.tar
 */
#include <stdio.h>
#include <scanreq/scanreq.h>

static int make_client(struct scanreq_client **client, struct scanreq_error *err)
{
	struct scanreq_options *options = scanreq_options_new();
	int failed = SCANREQ_E_NOMEM;

	if (options)
		failed = scanreq_options_set(options, SCANREQ_OPT_REGION, "cn-hangzhou", err);
	if (!failed)
		failed = scanreq_client_new(options, client, err);
	scanreq_options_free(options);
	return failed;
}

/* Prints each parameter with the origin of its value. */
static void show_parameters(const struct scanreq_request *request)
{
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++) {
		enum scanreq_param param = (enum scanreq_param)p;
		const char *value = scanreq_request_value(request, param);

		if (param == SCANREQ_PARAM_TOKEN && value)
			value = "***";
		printf("%-12s %-9s %s\n", scanreq_param_name(param),
		       scanreq_how_name(scanreq_request_how(request, param)),
		       value ? value : "-");
	}
}

static void show_headers(const struct scanreq_submission *submission)
{
	const char *name, *value;

	printf("%s %s\n", scanreq_submission_text(submission, SCANREQ_SUBMISSION_METHOD),
	       scanreq_submission_text(submission, SCANREQ_SUBMISSION_URL));
	for (size_t i = 0; scanreq_submission_header(submission, i, &name, &value); i++)
		printf("%s: %s\n", name, value);
}

static int preview(struct scanreq_client *client, const char *name, struct scanreq_error *err)
{
	struct scanreq_request *request = scanreq_request_new();
	struct scanreq_submission *submission = NULL;
	struct scanreq_image *image = NULL;
	int failed = request ? scanreq_image_open(client, name, NULL, &image, err)
			     : SCANREQ_E_NOMEM;

	if (!failed)
		failed = scanreq_request_fill(request, image, err);
	if (!failed)
		failed = scanreq_submit_preview(client, request, &submission, err);
	if (!failed) {
		show_parameters(request);
		show_headers(submission);
	}
	scanreq_submission_free(submission);
	scanreq_request_free(request);
	scanreq_image_free(image);
	return failed;
}

int main(int argc, char **argv)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct scanreq_client *client = NULL;
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: preview IMAGE\n");
		return 2;
	}
	failed = make_client(&client, &err);
	if (!failed)
		failed = preview(client, argv[1], &err);
	if (failed)
		fprintf(stderr, "preview: %s: %s\n", scanreq_class_name(failed), err.message);
	scanreq_client_free(client);
	return failed ? 1 : 0;
}
