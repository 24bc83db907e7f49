/* SPDX-License-Identifier: MIT */
/*
 * An image: the facts that its manifest and its config state.
 *
 * Opening an image reads and verifies these two documents, and the index if there is one,
 * and closes the source again. It downloads no layers.
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
 * Criteria to choose an image, and what to check of it. Each value is a text. The name of a
 * criterion in errors is the enumerator's rest in lower case with hyphens, except "select" for
 * SCANREQ_SELECT_IMAGE. Since: 0.1.0.
 */
enum scanreq_select {
	SCANREQ_SELECT_IMAGE = 0,     /* the image in a saved file: a reference or "@N", N from 0 */
	SCANREQ_SELECT_PLATFORM = 1,  /* "os/architecture[/variant]"; or "all", which only
					 scanreq_image_open_all() takes */
	SCANREQ_SELECT_DIGEST_OF = 2, /* which digest Digest has: "platform" or "index" */
	SCANREQ_SELECT_NAME = 3,      /* the reference to report instead of the image's own */
	SCANREQ_SELECT_REQUIRE_TAG_MATCH = 4, /* "true": the reference must have a tag and a
						 digest, and the tag must point at the digest */
	SCANREQ_SELECT_VERIFY_LAYERS = 5, /* "true": check the digest and the diff_id of each layer
					     of a saved image */
	SCANREQ_SELECT_COUNT_
};

/* Facts that are one text. A digest is "sha256:" or "sha512:" and hex digits. Since: 0.1.0. */
enum scanreq_fact {
	SCANREQ_FACT_INPUT = 0,                   /* the `name` that was opened */
	SCANREQ_FACT_SOURCE = 1,                  /* "registry", "docker-archive", ... */
	SCANREQ_FACT_REFERENCE = 2,               /* the normalised reference */
	SCANREQ_FACT_REGISTRY = 3,                /* its host[:port] */
	SCANREQ_FACT_REPOSITORY = 4,              /* its path */
	SCANREQ_FACT_NAMESPACE = 5,               /* the path without its last element */
	SCANREQ_FACT_REPO_NAME = 6,               /* the path's last element */
	SCANREQ_FACT_TAG = 7,
	SCANREQ_FACT_PLATFORM = 8,                /* "os/architecture[/variant]" */
	SCANREQ_FACT_INDEX_DIGEST = 9,            /* of the index that lists the image */
	SCANREQ_FACT_MANIFEST_DIGEST = 10,        /* of the image manifest */
	SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST = 11, /* of a manifest made by saving the image */
	SCANREQ_FACT_CONFIG_DIGEST = 12,
	SCANREQ_FACT_MEDIA_TYPE = 13,             /* of the image manifest */
	SCANREQ_FACT_SIZE_BASIS = 14,             /* of sizes: "compressed", "stored", "engine" */
	SCANREQ_FACT_CREATED = 15,                /* the config's `created`, unchanged */
	SCANREQ_FACT_UPDATED = 16,                /* time of the last tagging, by an engine */
	SCANREQ_FACT_COUNT_
};

/* Sizes in bytes. Since: 0.1.0. */
enum scanreq_size {
	SCANREQ_SIZE_TOTAL = 0,  /* config and layers; a layer listed twice counts twice */
	SCANREQ_SIZE_CONFIG = 1,
	SCANREQ_SIZE_LAYERS = 2,
	SCANREQ_SIZE_UNIQUE = 3, /* config and layers; a layer listed twice counts once */
};

/* Facts that are lists of texts. Since: 0.1.0. */
enum scanreq_list {
	SCANREQ_LIST_NAMES = 0,     /* the source's references of the image */
	SCANREQ_LIST_PLATFORMS = 1, /* platforms that the index lists */
	SCANREQ_LIST_WARNINGS = 2,  /* one sentence about each oddity of the image */
};

/* The documents of an image. Since: 0.1.0. */
enum scanreq_document {
	SCANREQ_DOCUMENT_MANIFEST = 0,
	SCANREQ_DOCUMENT_INDEX = 1,
	SCANREQ_DOCUMENT_CONFIG = 2,
};

/*
 * Makes a selection with all criteria at their defaults: it chooses the only image, or that
 * for linux/amd64 if an index lists several. The caller frees it with
 * scanreq_selection_free(). Returns NULL if out of memory. Since: 0.1.0.
 */
SCANREQ_API struct scanreq_selection *scanreq_selection_new(void);

/* Frees a selection. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_selection_free(struct scanreq_selection *selection);

/*
 * Sets `criterion` to a copy of `value`; NULL restores the default. Returns 0 on success.
 * Errors: SCANREQ_E_USAGE if the value is malformed, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_selection_set(struct scanreq_selection *selection,
				      enum scanreq_select criterion, const char *value,
				      struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Opens the image `name`: a registry reference, "docker://REF",
 * "docker-archive:PATH[:REF|@N]", "oci:DIR[:REF|@N]", "docker-daemon:REF", a path that
 * starts with "/", "./" or "../", or "-" for standard input. A NULL `selection` stands for all
 * defaults. It blocks while it reads from the network, a file or a pipe. Returns 0 and sets
 * *image, which the caller frees with scanreq_image_free(); on failure *image is NULL.
 * Errors: every class except SCANREQ_E_REFUSED, SCANREQ_E_UNKNOWN, SCANREQ_E_UNSEEN and
 * SCANREQ_E_TASK_FAILED. Since: 0.1.0.
 */
SCANREQ_API int scanreq_image_open(struct scanreq_client *client, const char *name,
				   const struct scanreq_selection *selection,
				   struct scanreq_image **image, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Opens all images of `name` that `selection` chooses: with SCANREQ_SELECT_PLATFORM "all" the
 * image of each platform of the index, otherwise one. Attestations are skipped; images that
 * the index of a saved file lists but that were not saved are skipped with a warning. Returns
 * 0 and sets *set, which has at least one image and which the caller frees with
 * scanreq_image_set_free(); on failure *set is NULL. If one of several images cannot be read,
 * scanreq_image_set_take() returns its error.
 * Errors: those of scanreq_image_open(); SCANREQ_E_UNREADABLE if the index has more than 100
 * images. Since: 0.1.0.
 */
SCANREQ_API int scanreq_image_open_all(struct scanreq_client *client, const char *name,
				       const struct scanreq_selection *selection,
				       struct scanreq_image_set **set, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Returns the number of images, including those that could not be read. They are in the
 * index's order. Since: 0.1.0.
 */
SCANREQ_API size_t scanreq_image_set_count(const struct scanreq_image_set *set);

/*
 * Moves image `i` (from 0) out of the set. Returns 0 and sets *image, which the caller frees
 * with scanreq_image_free().
 * Errors: if the image could not be read, the reason, with its platform in the message;
 * SCANREQ_E_USAGE if it was taken before or `i` is past the last one. Since: 0.1.0.
 */
SCANREQ_API int scanreq_image_set_take(struct scanreq_image_set *set, size_t i,
				       struct scanreq_image **image, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Frees a set and the images that are still in it. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_image_set_free(struct scanreq_image_set *set);

/* Frees an image and everything borrowed from it. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_image_free(struct scanreq_image *image);

/* Returns one fact, borrowed from the image; NULL if unknown. Since: 0.1.0. */
SCANREQ_API const char *scanreq_image_fact(const struct scanreq_image *image,
					   enum scanreq_fact fact);

/* Returns one size in bytes; -1 if unknown. Since: 0.1.0. */
SCANREQ_API int64_t scanreq_image_size(const struct scanreq_image *image, enum scanreq_size size);

/*
 * Sets *ms to the config's `created` in milliseconds since the epoch. Returns false, with *ms
 * unchanged, if the config has no valid time. Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_created(const struct scanreq_image *image, int64_t *ms);

/* Returns the number of entries of a list. Since: 0.1.0. */
SCANREQ_API size_t scanreq_image_count(const struct scanreq_image *image, enum scanreq_list list);

/*
 * Returns entry `i` (from 0) of a list, borrowed from the image; NULL past the last one.
 * Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_image_item(const struct scanreq_image *image,
					   enum scanreq_list list, size_t i);

/*
 * Checks that one name is known for the image, or none: a request for one of several would
 * be a guess. Errors: SCANREQ_E_USAGE when it has several names, and the selection has
 * chosen none. Since: 0.1.0.
 */
SCANREQ_API int scanreq_image_check_name(const struct scanreq_image *image,
					 struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Gives layer `i` (from 0, base first): *digest and *media_type are borrowed from the image
 * and NULL if unknown, *size is in bytes and -1 if unknown. Returns false past the last layer.
 * Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_layer(const struct scanreq_image *image, size_t i,
				     const char **digest, int64_t *size, const char **media_type);

/*
 * Returns whether all layers were read and match the manifest and the config, as
 * SCANREQ_SELECT_VERIFY_LAYERS requests. Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_layers_verified(const struct scanreq_image *image);

/*
 * Gives label `i` (from 0, in the config's order); *name and *value are borrowed from the
 * image. Returns false past the last label. Since: 0.1.0.
 */
SCANREQ_API bool scanreq_image_label(const struct scanreq_image *image, size_t i,
				     const char **name, const char **value);

/*
 * Returns the verified bytes of a document, unchanged, borrowed from the image and not
 * terminated by a NUL; NULL if the image has no such document. *len is their number, or 0.
 * Since: 0.1.0.
 */
SCANREQ_API const void *scanreq_image_raw(const struct scanreq_image *image,
					  enum scanreq_document document, size_t *len);

#ifdef __cplusplus
}
#endif

#endif
