/* SPDX-License-Identifier: MIT */
/*
 * Prints facts about an image:
 *
 *	cc inspect.c $(pkg-config --cflags --libs scanreq)
 *	./inspect registry.example.com/shop/web:1.4.2
 */
#include <inttypes.h>
#include <stdio.h>
#include <scanreq/scanreq.h>

static void show(const char *name, const char *value)
{
	printf("%-10s %s\n", name, value ? value : "(not known)");
}

static int inspect(struct scanreq_client *client, const char *name, struct scanreq_error *err)
{
	struct scanreq_image *image = NULL;
	int failed = scanreq_image_open(client, name, NULL, &image, err);

	if (failed)
		return failed;
	show("source", scanreq_image_fact(image, SCANREQ_FACT_SOURCE));
	show("reference", scanreq_image_fact(image, SCANREQ_FACT_REFERENCE));
	show("platform", scanreq_image_fact(image, SCANREQ_FACT_PLATFORM));
	show("manifest", scanreq_image_fact(image, SCANREQ_FACT_MANIFEST_DIGEST));
	show("config", scanreq_image_fact(image, SCANREQ_FACT_CONFIG_DIGEST));
	printf("%-10s %" PRId64 "\n", "bytes", scanreq_image_size(image, SCANREQ_SIZE_TOTAL));
	scanreq_image_free(image);
	return 0;
}

int main(int argc, char **argv)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct scanreq_client *client = NULL;
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: inspect IMAGE\n");
		return 2;
	}
	failed = scanreq_client_new(NULL, &client, &err);
	if (!failed)
		failed = inspect(client, argv[1], &err);
	if (failed)
		fprintf(stderr, "inspect: %s: %s\n", scanreq_class_name(failed), err.message);
	scanreq_client_free(client);
	return failed ? 1 : 0;
}
