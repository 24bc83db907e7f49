/* SPDX-License-Identifier: MIT */
/* An image: its documents and facts. */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <scanreq/image.h>

#include "base/buf.h"
#include "base/str.h"
#include "oci/config.h"
#include "oci/manifest.h"
#include "oci/reference.h"
#include "source/engine-report.h"

/* The origin of the manifest, on which the parameter Digest depends. */
enum manifest_origin {
	MANIFEST_NONE,     /* there is no manifest */
	MANIFEST_REGISTRY, /* a registry served it */
	MANIFEST_ARCHIVE,  /* an archive carries it; not seen in a registry */
	MANIFEST_MADE,     /* `docker save` made it: it exists in no registry */
	MANIFEST_REPORTED, /* nothing was read: an engine reports digests */
};

/* One layer among the facts. */
struct image_layer {
	char digest_text[DIGEST_TEXT_MAX]; /* "": not known */
	int64_t size;                      /* -1: not known */
	char *media_type;                  /* or NULL */
	size_t identity;                   /* equal for entries of one stored blob */
};

struct scanreq_image {
	char *facts[SCANREQ_FACT_COUNT_]; /* NULL: not known */
	struct reference reference;       /* domain NULL: none is known */
	bool reference_given;             /* by the caller; else the source named it */
	struct strv names;
	struct strv platforms;
	struct strv warnings;

	enum manifest_origin origin;
	bool digest_of_index;
	struct digest manifest_digest; /* DIGEST_NONE when there is no manifest */
	struct digest index_digest;
	struct digest config_digest;
	bool config_verified;          /* it has the digest in the manifest */
	struct buf manifest_bytes;
	struct buf index_bytes;
	struct buf config_bytes;
	struct image_config config;
	bool has_mtime;                /* the saved image is one file, with a path */
	int64_t mtime_ms;              /* when it was modified last */
	bool has_last_modified;        /* of the manifest, by the registry */
	int64_t last_modified_ms;
	struct reported *reported;     /* an engine's report; NULL for other sources */

	struct image_layer *layers;
	size_t layer_count;
	bool layers_verified;          /* against descriptors and diff_ids */
	int64_t size_total;            /* -1: not known, see size_unknown */
	int64_t size_layers;
	int64_t size_unique;
	char *size_unknown;            /* the reason, or NULL */
};

void image_free(struct scanreq_image **image);

/* Errors: SCANREQ_E_USAGE when the image has several names, and none was chosen. */
int image_check_name(const struct scanreq_image *image, struct scanreq_error *err);

#endif
