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
 * A file claims; only the registry knows. What is read here is a name to ask for by
 * digest, never a fact.
 */
#ifndef PIPELINE_BUILDER_FILE_H
#define PIPELINE_BUILDER_FILE_H

#include <scanreq/error.h>

#include "base/buf.h"
#include "pipeline/build-result.h"

/*
 * Adds the images of a file to `result`; "-" is standard input. Several tags of one
 * repository with one digest are one image: the first tag is taken, and goes before a name
 * without one.
 * Errors: SCANREQ_E_USAGE (cannot be read, no known form, nothing was pushed; the message
 * names the file), SCANREQ_E_NOMEM.
 */
int builder_file_read(const char *path, struct build_result *result,
		      struct scanreq_error *err);

/* The same from memory; `text` ends with a NUL. The caller names the file in the error. */
int builder_file_parse(const struct buf *text, struct build_result *result,
		       struct scanreq_error *err);

#endif
