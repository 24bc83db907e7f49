/* SPDX-License-Identifier: MIT */
/*
 * Reads the files that builders write about the images they pushed. The content tells the
 * form:
 *
 * - buildx and buildah --metadata-file: a JSON object with containerimage.digest (or
 *   containerimage.descriptor) and, from buildx, image.name;
 * - buildx bake --metadata-file: a JSON object of such objects, one for each target;
 * - jib-image.json: image, imageDigest, tags, imagePushed;
 * - kaniko's $BUILDER_OUTPUT/images: JSON lines with name and digest;
 * - lines NAME[:TAG]@DIGEST: kaniko's --image-name-with-digest-file and
 *   --image-name-tag-with-digest-file, crane's and ko's --image-refs. A line may hold several,
 *   separated by commas or blanks, as the Tekton result IMAGES does;
 * - one digest alone: --digestfile of podman, buildah and skopeo, kaniko's --digest-file;
 * - the log of docker push (push-log.h).
 *
 * A file proves nothing: each image is then requested from its registry by digest and
 * verified.
 */
#ifndef PIPELINE_BUILDER_FILE_H
#define PIPELINE_BUILDER_FILE_H

#include <scanreq/error.h>

#include "base/buf.h"
#include "pipeline/build-result.h"

/*
 * Adds the images of a file to `result`; "-" is standard input. Several tags of one
 * repository with the same digest are one image: the first tag wins, also over a name without
 * a tag.
 * Errors: SCANREQ_E_USAGE (cannot be read, no known form, nothing was pushed; the message
 * names the file), SCANREQ_E_NOMEM.
 */
int builder_file_read(const char *path, struct build_result *result,
		      struct scanreq_error *err);

/* Reads from memory. The caller adds the name of the file to the error. */
int builder_file_parse(const struct buf *text, struct build_result *result,
		       struct scanreq_error *err);

#endif
