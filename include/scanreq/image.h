/* SPDX-License-Identifier: MIT */
/*
 * An image: what could be learnt about it from its manifest and its config blob.
 *
 * Opening an image fetches and verifies those two documents (and the index above them,
 * where there is one) and closes the source again: no layer is downloaded or kept.
 */
#ifndef SCANREQ_IMAGE_H
#define SCANREQ_IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <scanreq/client.h>
#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_selection;
struct scanreq_image;
struct scanreq_image_set;

/*
 * How to choose, where a source holds more than one image. Values are text.
 * Since: 0.1.0.
 */
enum scanreq_select {
	SCANREQ_SELECT_IMAGE = 0,     /* of a saved image: a reference, or "@N" with N from 0 */
	SCANREQ_SELECT_PLATFORM = 1,  /* "os/architecture[/variant]"; "all" for open_all alone */
	SCANREQ_SELECT_DIGEST_OF = 2, /* "platform" or "index": which one Digest is */
	SCANREQ_SELECT_NAME = 3,      /* the reference to report for an image without one */
	SCANREQ_SELECT_REQUIRE_TAG_MATCH = 4, /* "true": a reference must have a tag and a digest,
					     and the tag must point at the digest still */
	SCANREQ_SELECT_VERIFY_LAYERS = 5, /* "true": of a saved image, each layer must have its
					 digest and its diff_id */
	SCANREQ_SELECT_COUNT_
};

/* Facts that are one text. Digests are "sha256:" and 64 hex digits. Since: 0.1.0. */
enum scanreq_fact {
	SCANREQ_FACT_INPUT = 0,                   /* what was opened, as it was given */
	SCANREQ_FACT_SOURCE = 1,                  /* "registry", "docker-archive", ... */
	SCANREQ_FACT_REFERENCE = 2,               /* the normalised reference */
	SCANREQ_FACT_REGISTRY = 3,                /* its host[:port] */
	SCANREQ_FACT_REPOSITORY = 4,              /* its path */
	SCANREQ_FACT_NAMESPACE = 5,               /* the path without its last element */
	SCANREQ_FACT_REPO_NAME = 6,               /* the path's last element */
	SCANREQ_FACT_TAG = 7,
	SCANREQ_FACT_PLATFORM = 8,                /* "os/architecture[/variant]" */
	SCANREQ_FACT_INDEX_DIGEST = 9,            /* of the index the platform was chosen from */
	SCANREQ_FACT_MANIFEST_DIGEST = 10,        /* of the image manifest */
	SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST = 11, /* of a manifest that saving the image made */
	SCANREQ_FACT_CONFIG_DIGEST = 12,
	SCANREQ_FACT_MEDIA_TYPE = 13,             /* of the image manifest */
	SCANREQ_FACT_SIZE_BASIS = 14,             /* "compressed", "stored", "engine" */
	SCANREQ_FACT_CREATED = 15,                /* the config's `created`, as it was read */
	SCANREQ_FACT_UPDATED = 16,                /* when an engine tagged it last, as it says */
	SCANREQ_FACT_COUNT_
};

/* Facts that are one number of bytes. Since: 0.1.0. */
enum scanreq_size {
	SCANREQ_SIZE_TOTAL = 0,  /* config and layers, each listed layer counted each time */
	SCANREQ_SIZE_CONFIG = 1,
	SCANREQ_SIZE_LAYERS = 2,
	SCANREQ_SIZE_UNIQUE = 3, /* config and layers, each distinct layer counted once */
};

/* Facts that are several texts. Since: 0.1.0. */
enum scanreq_list {
	SCANREQ_LIST_NAMES = 0,     /* references by which the source knows the image */
	SCANREQ_LIST_PLATFORMS = 1, /* what the index offers */
	SCANREQ_LIST_WARNINGS = 2,  /* what is odd about the image, one sentence each */
};

/* The verified bytes of a document. Since: 0.1.0. */
enum scanreq_document {
	SCANREQ_DOCUMENT_MANIFEST = 0,
	SCANREQ_DOCUMENT_INDEX = 1,
	SCANREQ_DOCUMENT_CONFIG = 2,
};

/*
 * Makes an empty selection, which takes the only image there is, and linux/amd64 where
 * an index leaves more than one. The caller frees it. Returns NULL when out of memory.
 * Since: 0.1.0.
 */
SCANREQ_API struct scanreq_selection *scanreq_selection_new(void);

/* Frees a selection. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_selection_free(struct scanreq_selection *selection);

/*
 * Sets one criterion to a copy of `value`; NULL puts the default back.
 * Errors: SCANREQ_E_USAGE when the value is malformed, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_selection_set(struct scanreq_selection *selection,
				      enum scanreq_select criterion, const char *value,
				      struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Opens the image that `name` says: a registry reference, "docker://REF",
 * "docker-archive:PATH[:REF|@N]", "oci:DIR[:REF|@N]", "docker-daemon:REF", a path that
 * starts with "/", "./" or "../", or "-" for standard input. `selection` may be NULL. On
 * success *image is the caller's, who frees it with scanreq_image_free(). Blocks for as long
 * as the network or the pipe takes.
 * Errors: every class but SCANREQ_E_REFUSED and SCANREQ_E_UNKNOWN. Since: 0.1.0.
 */
SCANREQ_API int scanreq_image_open(struct scanreq_client *client, const char *name,
				   const struct scanreq_selection *selection,
				   struct scanreq_image **image, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Opens the images that `name` says, as above: with SCANREQ_SELECT_PLATFORM "all" that of
 * every platform of the index (attestations are none, and what an archive lists but does not
 * hold is left out with a warning), otherwise one. The index is read once. On success *set
 * is the caller's, who frees it with scanreq_image_set_free(); it has one image at least.
 * What is wrong with one image of several is no error of this function.
 * Errors: as above; SCANREQ_E_UNREADABLE for an index of more than 100 images.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_image_open_all(struct scanreq_client *client, const char *name,
				       const struct scanreq_selection *selection,
				       struct scanreq_image_set **set, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * The number of images, those that could not be read included, in the index's order.
 * Since: 0.1.0.
 */
SCANREQ_API size_t scanreq_image_set_count(const struct scanreq_image_set *set);

/*
 * Takes image `i` out of the set; it is the caller's, who frees it with
 * scanreq_image_free(). Errors: why that image could not be read, its platform in the message;
 * SCANREQ_E_USAGE for one that was taken before or past the end. Since: 0.1.0.
 */
SCANREQ_API int scanreq_image_set_take(struct scanreq_image_set *set, size_t i,
				       struct scanreq_image **image, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Frees a set and the images that were not taken. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_image_set_free(struct scanreq_image_set *set);

/* Frees an image and everything borrowed from it. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_image_free(struct scanreq_image *image);

/* One fact, borrowed from the image, or NULL where it is not known. Since: 0.1.0. */
SCANREQ_API const char *scanreq_image_fact(const struct scanreq_image *image,
					   enum scanreq_fact fact);

/* One size in bytes, or -1 where it is not known. Since: 0.1.0. */
SCANREQ_API int64_t scanreq_image_size(const struct scanreq_image *image, enum scanreq_size size);

/*
 * The config's `created` in whole milliseconds since the epoch; false if not usable.
 * Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_created(const struct scanreq_image *image, int64_t *ms);

/*
 * The number of entries of a list, and entry `i` of it, borrowed (NULL past the end).
 * Since: 0.1.0.
 */
SCANREQ_API size_t scanreq_image_count(const struct scanreq_image *image, enum scanreq_list list);
SCANREQ_API const char *scanreq_image_item(const struct scanreq_image *image,
					   enum scanreq_list list, size_t i);

/*
 * Layer `i` (from 0, base first): its digest, size in bytes (-1: not known) and media
 * type, borrowed; a text is NULL where it is not known. Returns false past the end.
 * Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_layer(const struct scanreq_image *image, size_t i,
				     const char **digest, int64_t *size, const char **media_type);

/*
 * Whether all layers were read and are what manifest and config say: VERIFY_LAYERS.
 * Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_layers_verified(const struct scanreq_image *image);

/*
 * Label `i` of the config in the config's order, borrowed; false past the end.
 * Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_label(const struct scanreq_image *image, size_t i,
				     const char **name, const char **value);

/*
 * The bytes of a document exactly as they were received and verified, borrowed, not
 * terminated; NULL where the image has none. *len is set in both cases. Since: 0.1.0.
 */
SCANREQ_API const void *scanreq_image_raw(const struct scanreq_image *image,
					  enum scanreq_document document, size_t *len);

#ifdef __cplusplus
}
#endif

#endif
