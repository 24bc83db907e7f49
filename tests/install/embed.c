/* SPDX-License-Identifier: MIT */
/* A user of the installed library: prints an image's config digest and its request. */
#include <stdio.h>
#include <scanreq/scanreq.h>

static int show(struct scanreq_client *client, const char *name, struct scanreq_error *err)
{
	struct scanreq_image *image = NULL;
	struct scanreq_request *request = scanreq_request_new();
	int failed = request ? 0 : SCANREQ_E_NOMEM;

	if (!failed)
		failed = scanreq_image_open(client, name, NULL, &image, err);
	if (!failed)
		failed = scanreq_request_fill(request, image, err);
	if (!failed)
		printf("%s %s %s %s\n", scanreq_version(),
		       scanreq_image_fact(image, SCANREQ_FACT_CONFIG_DIGEST),
		       scanreq_param_name(SCANREQ_PARAM_REPO_NAME),
		       scanreq_request_value(request, SCANREQ_PARAM_REPO_NAME));
	scanreq_request_free(request);
	scanreq_image_free(image);
	return failed;
}

int main(int argc, char **argv)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct scanreq_client *client = NULL;
	int failed = argc == 2 ? scanreq_client_new(NULL, &client, &err) : SCANREQ_E_USAGE;

	if (!failed)
		failed = show(client, argv[1], &err);
	if (failed)
		fprintf(stderr, "%s: %s\n", scanreq_class_name(failed), err.message);
	scanreq_client_free(client);
	return failed ? 1 : 0;
}
