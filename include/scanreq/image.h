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

/* How to choose, where a source holds more than one image. Values are text. */
enum scanreq_select {
	SCANREQ_SELECT_IMAGE,     /* of a saved image: a reference, or "@N" with N from 0 */
	SCANREQ_SELECT_PLATFORM,  /* "os/architecture[/variant]"; "all" for open_all alone */
	SCANREQ_SELECT_DIGEST_OF, /* "platform" or "index": which one Digest is */
	SCANREQ_SELECT_NAME,      /* the reference to report for an image without one */
	SCANREQ_SELECT_REQUIRE_TAG_MATCH, /* "true": a reference must have a tag and a digest,
					     and the tag must point at the digest still */
	SCANREQ_SELECT_VERIFY_LAYERS, /* "true": the image is saved in a file or directory, and
					 each layer must have its digest and its diff_id */
	SCANREQ_SELECT_COUNT_
};

/* Facts that are one text. Digests are "sha256:" and 64 hex digits. */
enum scanreq_fact {
	SCANREQ_FACT_INPUT,                   /* what was opened, as it was given */
	SCANREQ_FACT_SOURCE,                  /* "registry", "docker-archive", ... */
	SCANREQ_FACT_REFERENCE,               /* the normalised reference */
	SCANREQ_FACT_REGISTRY,                /* its host[:port] */
	SCANREQ_FACT_REPOSITORY,              /* its path */
	SCANREQ_FACT_NAMESPACE,               /* the path without its last element */
	SCANREQ_FACT_REPO_NAME,               /* the path's last element */
	SCANREQ_FACT_TAG,
	SCANREQ_FACT_PLATFORM,                /* "os/architecture[/variant]" */
	SCANREQ_FACT_INDEX_DIGEST,            /* of the index the platform was chosen from */
	SCANREQ_FACT_MANIFEST_DIGEST,         /* of the image manifest */
	SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST, /* of a manifest that saving the image made */
	SCANREQ_FACT_CONFIG_DIGEST,
	SCANREQ_FACT_MEDIA_TYPE,              /* of the image manifest */
	SCANREQ_FACT_SIZE_BASIS,              /* "compressed", "stored", "engine" */
	SCANREQ_FACT_CREATED,                 /* the config's `created`, as it was read */
	SCANREQ_FACT_UPDATED,                 /* when an engine tagged it last, as it says */
	SCANREQ_FACT_COUNT_
};

/* Facts that are one number of bytes. */
enum scanreq_size {
	SCANREQ_SIZE_TOTAL,  /* config and layers, each listed layer counted each time */
	SCANREQ_SIZE_CONFIG,
	SCANREQ_SIZE_LAYERS,
	SCANREQ_SIZE_UNIQUE, /* config and layers, each distinct layer counted once */
};

/* Facts that are several texts. */
enum scanreq_list {
	SCANREQ_LIST_NAMES,     /* references by which the source knows the image */
	SCANREQ_LIST_PLATFORMS, /* what the index offers */
	SCANREQ_LIST_WARNINGS,  /* what is odd about the image, one sentence each */
};

/* The verified bytes of a document. */
enum scanreq_document {
	SCANREQ_DOCUMENT_MANIFEST,
	SCANREQ_DOCUMENT_INDEX,
	SCANREQ_DOCUMENT_CONFIG,
};

/*
 * Makes an empty selection, which takes the only image there is, and linux/amd64 where
 * an index leaves more than one. The caller frees it. Returns NULL when out of memory.
 */
SCANREQ_API struct scanreq_selection *scanreq_selection_new(void);

/* Frees a selection. NULL is fine. */
SCANREQ_API void scanreq_selection_free(struct scanreq_selection *selection);

/*
 * Sets one criterion to a copy of `value`; NULL puts the default back.
 * Errors: SCANREQ_E_USAGE when the value is malformed, SCANREQ_E_NOMEM.
 */
SCANREQ_API int scanreq_selection_set(struct scanreq_selection *selection,
				      enum scanreq_select criterion, const char *value,
				      struct scanreq_error *err);

/*
 * Opens the image that `name` says: a registry reference, "docker://REF",
 * "docker-archive:PATH[:REF|@N]", "oci:DIR[:REF|@N]", "docker-daemon:REF", a path that
 * starts with "/", "./" or "../", or "-" for standard input. `selection` may be NULL. On
 * success *image is the caller's, who frees it with scanreq_image_free(). Blocks for as long
 * as the network or the pipe takes.
 * Errors: every class but SCANREQ_E_REFUSED and SCANREQ_E_UNKNOWN.
 */
SCANREQ_API int scanreq_image_open(struct scanreq_client *client, const char *name,
				   const struct scanreq_selection *selection,
				   struct scanreq_image **image, struct scanreq_error *err);

/*
 * Opens the images that `name` says, as above: with SCANREQ_SELECT_PLATFORM "all" that of
 * every platform of the index (attestations are none, and what an archive lists but does not
 * hold is left out with a warning), otherwise one. The index is read once. On success *set
 * is the caller's, who frees it with scanreq_image_set_free(); it has one image at least.
 * What is wrong with one image of several is no error of this function.
 * Errors: as above; SCANREQ_E_UNREADABLE for an index of more than 100 images.
 */
SCANREQ_API int scanreq_image_open_all(struct scanreq_client *client, const char *name,
				       const struct scanreq_selection *selection,
				       struct scanreq_image_set **set, struct scanreq_error *err);

/* The number of images, those that could not be read included, in the index's order. */
SCANREQ_API size_t scanreq_image_set_count(const struct scanreq_image_set *set);

/*
 * Takes image `i` out of the set; it is the caller's, who frees it with
 * scanreq_image_free(). Errors: why that image could not be read, its platform in the message;
 * SCANREQ_E_USAGE for one that was taken before or past the end.
 */
SCANREQ_API int scanreq_image_set_take(struct scanreq_image_set *set, size_t i,
				       struct scanreq_image **image, struct scanreq_error *err);

/* Frees a set and the images that were not taken. NULL is fine. */
SCANREQ_API void scanreq_image_set_free(struct scanreq_image_set *set);

/* Frees an image and everything borrowed from it. NULL is fine. */
SCANREQ_API void scanreq_image_free(struct scanreq_image *image);

/* One fact, borrowed from the image, or NULL where it is not known. */
SCANREQ_API const char *scanreq_image_fact(const struct scanreq_image *image,
					   enum scanreq_fact fact);

/* One size in bytes, or -1 where it is not known. */
SCANREQ_API int64_t scanreq_image_size(const struct scanreq_image *image, enum scanreq_size size);

/* The config's `created` in whole milliseconds since the epoch; false if not usable. */
SCANREQ_API bool scanreq_image_created(const struct scanreq_image *image, int64_t *ms);

/* The number of entries of a list, and entry `i` of it, borrowed (NULL past the end). */
SCANREQ_API size_t scanreq_image_count(const struct scanreq_image *image, enum scanreq_list list);
SCANREQ_API const char *scanreq_image_item(const struct scanreq_image *image,
					   enum scanreq_list list, size_t i);

/*
 * Layer `i` (from 0, base first): its digest, size in bytes (-1: not known) and media
 * type, borrowed; a text is NULL where it is not known. Returns false past the end.
 */
SCANREQ_API bool scanreq_image_layer(const struct scanreq_image *image, size_t i,
				     const char **digest, int64_t *size, const char **media_type);

/* Whether all layers were read and are what manifest and config say: VERIFY_LAYERS. */
SCANREQ_API bool scanreq_image_layers_verified(const struct scanreq_image *image);

/* Label `i` of the config in the config's order, borrowed; false past the end. */
SCANREQ_API bool scanreq_image_label(const struct scanreq_image *image, size_t i,
				     const char **name, const char **value);

/*
 * The bytes of a document exactly as they were received and verified, borrowed, not
 * terminated; NULL where the image has none. *len is set in both cases.
 */
SCANREQ_API const void *scanreq_image_raw(const struct scanreq_image *image,
					  enum scanreq_document document, size_t *len);

#ifdef __cplusplus
}
#endif

#endif
