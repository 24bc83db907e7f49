/* SPDX-License-Identifier: MIT */
/*
 * The images that a builder has pushed. Each is parsed whole by the grammar of references,
 * or refused: none is left out without a word.
 */
#ifndef PIPELINE_BUILD_RESULT_H
#define PIPELINE_BUILD_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/json.h"
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
 * Adds one image for a reader of a form: "NAME[:TAG]@DIGEST", or a digest alone.
 * Errors: SCANREQ_E_USAGE (it is neither, or there are too many), SCANREQ_E_NOMEM.
 */
int build_result_add(struct build_result *result, const char *item, struct scanreq_error *err);

/* The same for a JSON object in one of the forms of builder-file.h. */
int build_result_add_object(struct build_result *result, struct json_object *object,
			    struct scanreq_error *err);

/* The same for a line, which is cut up: images with commas or blanks between, or JSON. */
int build_result_add_line(struct build_result *result, char *line, struct scanreq_error *err);

/* Whether an image of that repository and digest is there, whatever its tag. */
bool build_result_has(const struct build_result *result, const struct pushed_image *image);

#endif
