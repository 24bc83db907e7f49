/* SPDX-License-Identifier: MIT */
/*
 * scanreq: derive what a container image is from its manifest and config, and file the
 * scan request for it with Alibaba Cloud Security Center.
 *
 *	struct scanreq_error err = SCANREQ_ERROR_INIT;
 *	struct scanreq_client *client;
 *	struct scanreq_image *image;
 *
 *	if (scanreq_client_new(NULL, &client, &err) == 0 &&
 *	    scanreq_image_open(client, "docker.io/library/alpine:3", NULL, &image, &err) == 0)
 *		puts(scanreq_image_fact(image, SCANREQ_FACT_MANIFEST_DIGEST));
 *	else
 *		fprintf(stderr, "%s\n", err.message);
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

/* The version of the library that is running, static: "0.1.0". */
SCANREQ_API const char *scanreq_version(void);

#ifdef __cplusplus
}
#endif

#endif
