/* SPDX-License-Identifier: MIT */
/*
 * Media types of manifests (OCI image-spec media-types.md; distribution's
 * manifest-v2-2.md), and what a document of each must look like.
 */
#ifndef OCI_MEDIA_TYPE_H
#define OCI_MEDIA_TYPE_H

#include <stdbool.h>

#define MEDIA_TYPE_OCI_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_TYPE_OCI_INDEX "application/vnd.oci.image.index.v1+json"
#define MEDIA_TYPE_DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define MEDIA_TYPE_DOCKER_LIST "application/vnd.docker.distribution.manifest.list.v2+json"
#define MEDIA_TYPE_DOCKER_SCHEMA1 "application/vnd.docker.distribution.manifest.v1+json"
#define MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED "application/vnd.docker.distribution.manifest.v1+prettyjws"
#define MEDIA_TYPE_OCI_CONFIG "application/vnd.oci.image.config.v1+json"
#define MEDIA_TYPE_DOCKER_CONFIG "application/vnd.docker.container.image.v1+json"

enum media_kind {
	MEDIA_UNKNOWN, /* no manifest type: application/json, text/plain, none, a layer's */
	MEDIA_MANIFEST,
	MEDIA_INDEX,
	MEDIA_SCHEMA1,
};

/* The kind of a media type or Content-Type; parameters after ";" and case are ignored. */
enum media_kind media_kind(const char *media_type);

/* Whether a config of this media type is an image's (and not an artifact's). */
bool media_type_image_config(const char *media_type);

#endif
