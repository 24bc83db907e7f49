/* SPDX-License-Identifier: MIT */
/*
 * What builders write down of an image that they pushed, told apart by content:
 *
 * - buildx and buildah --metadata-file: a JSON object with containerimage.digest (or
 *   containerimage.descriptor) and, from buildx, image.name;
 * - buildx bake --metadata-file: a JSON object of such objects, one for each target;
 * - jib-image.json: image, imageDigest, tags, imagePushed;
 * - kaniko's $BUILDER_OUTPUT/images: JSON lines with name and digest;
 * - lines NAME[:TAG]@DIGEST: kaniko's --image-name-with-digest-file and
 *   --image-name-tag-with-digest-file, crane's and ko's --image-refs; several in a line with
 *   commas or blanks between, as the Tekton result IMAGES has them;
 * - one digest alone: --digestfile of podman, buildah and skopeo, kaniko's --digest-file;
 * - the log of docker push (push-log.h).
 *
 * Each image is parsed whole by the grammar of references, or the file is refused: none is
 * left out without a word.
 *
 * A file claims; only the registry knows. What is read here is a name to ask for by
 * digest, never a fact.
 */
#ifndef PIPELINE_BUILD_RESULT_H
#define PIPELINE_BUILD_RESULT_H

#include <scanreq/error.h>

#include "base/buf.h"
#include "base/str.h"

/* One image that was pushed. Owned. */
struct pushed_image {
	char *name;   /* normalised "registry/repository[:tag]"; NULL: the file does not say */
	char *digest; /* "sha256:..." */
};

struct build_result {
	struct pushed_image *items;
	size_t count;
	struct strv notes; /* names that were left out, since the image has another one */
};

void build_result_free(struct build_result *result);
#define CLEANUP_BUILD_RESULT CLEANUP(build_result_free)

/*
 * Adds the images of a file to `result`; "-" is standard input. Several tags of one
 * repository with one digest are one image: the first tag is taken, and goes before a name
 * without one.
 * Errors: SCANREQ_E_USAGE (cannot be read, no known form, nothing was pushed; the message
 * names the file), SCANREQ_E_NOMEM.
 */
int build_result_read(const char *path, struct build_result *result,
		      struct scanreq_error *err);

/* The same from memory; `text` ends with a NUL. The caller names the file in the error. */
int build_result_parse(const struct buf *text, struct build_result *result,
		       struct scanreq_error *err);

/*
 * Adds one image for a reader of a form: "NAME[:TAG]@DIGEST", or a digest alone.
 * Errors: SCANREQ_E_USAGE (it is neither, or there are too many), SCANREQ_E_NOMEM.
 */
int build_result_add(struct build_result *result, const char *item, struct scanreq_error *err);

/* The same for a line, which is cut up: images with commas or blanks between, or JSON. */
int build_result_add_line(struct build_result *result, char *line, struct scanreq_error *err);

/* Whether an image of that repository and digest is there, whatever its tag. */
bool build_result_has(const struct build_result *result, const struct pushed_image *image);

#endif
