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
 * The directory examples/ of the sources has four complete programs.
 */
#ifndef SCANREQ_H
#define SCANREQ_H

#include <scanreq/client.h>
#include <scanreq/doctor.h>
#include <scanreq/error.h>
#include <scanreq/findings.h>
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

/* Returns the version of the library at run time, static: "0.1.0". Since: 0.1.0. */
SCANREQ_API const char *scanreq_version(void);

/*
 * Returns the same version as a number like SCANREQ_VERSION_NUMBER. A program that needs a
 * function of version 0.2.0 checks for at least 200. Since: 0.1.0.
 */
SCANREQ_API int scanreq_version_number(void);

#ifdef __cplusplus
}
#endif

#endif
