/* SPDX-License-Identifier: MIT */
/*
 * Media types of manifests and configs (OCI image-spec media-types.md; distribution's
 * manifest-v2-2.md).
 */
#ifndef OCI_MEDIA_TYPE_H
#define OCI_MEDIA_TYPE_H

#include <stdbool.h>

#define MEDIA_TYPE_OCI_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_TYPE_OCI_INDEX "application/vnd.oci.image.index.v1+json"
#define MEDIA_TYPE_DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define MEDIA_TYPE_DOCKER_LIST "application/vnd.docker.distribution.manifest.list.v2+json"
#define MEDIA_TYPE_DOCKER_SCHEMA1 "application/vnd.docker.distribution.manifest.v1+json"
#define MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED \
	"application/vnd.docker.distribution.manifest.v1+prettyjws"
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

/*
 * The static spelling of a media type of a manifest or index, as the names above have it;
 * NULL for every other one. Parameters and case are ignored.
 */
const char *media_type_canonical(const char *media_type);

/* Whether it is the media type of an image config. */
bool media_type_image_config(const char *media_type);

/*
 * Whether the media type of a config tells nothing: it is absent, or one that registries and
 * Docker once used for image configs (distribution's issue 1621).
 */
bool media_type_vague_config(const char *media_type);

#endif
