/* SPDX-License-Identifier: MIT */
/*
 * scanreq: derive what a container image is from its manifest and config, and file the
 * scan request for it with Alibaba Cloud Security Center.
 *
 *	struct scanreq_error err = SCANREQ_ERROR_INIT;
 *	struct scanreq_client *client = NULL;
 *	struct scanreq_image *image = NULL;
 *
 *	if (scanreq_client_new(NULL, &client, &err) == 0 &&
 *	    scanreq_image_open(client, "docker.io/library/alpine:3", NULL, &image, &err) == 0)
 *		puts(scanreq_image_fact(image, SCANREQ_FACT_MANIFEST_DIGEST));
 *	else
 *		fprintf(stderr, "%s\n", err.message);
 *	scanreq_image_free(image);
 *	scanreq_client_free(client);
 *
 * Three whole programs are in examples/ of the sources.
 */
#ifndef SCANREQ_H
#define SCANREQ_H

#include <scanreq/client.h>
#include <scanreq/doctor.h>
#include <scanreq/error.h>
#include <scanreq/image.h>
#include <scanreq/reference.h>
#include <scanreq/request.h>
#include <scanreq/submit.h>
#include <scanreq/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers. Since: 0.1.0. */
#define SCANREQ_VERSION_MAJOR 0
#define SCANREQ_VERSION_MINOR 1
#define SCANREQ_VERSION_PATCH 0
#define SCANREQ_VERSION_NUMBER \
	(SCANREQ_VERSION_MAJOR * 10000 + SCANREQ_VERSION_MINOR * 100 + SCANREQ_VERSION_PATCH)

/* The version of the library that is running, static: "0.1.0". Since: 0.1.0. */
SCANREQ_API const char *scanreq_version(void);

/*
 * The same as a number, to compare with SCANREQ_VERSION_NUMBER: a program that needs what a
 * version brought asks for at least that number. Since: 0.1.0.
 */
SCANREQ_API int scanreq_version_number(void);

#ifdef __cplusplus
}
#endif

#endif
