/* SPDX-License-Identifier: MIT */
/*
 * The images that a builder pushed. Each one is parsed by the grammar of references or
 * refused with an error; none is dropped silently.
 */
#ifndef PIPELINE_BUILD_RESULT_H
#define PIPELINE_BUILD_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <scanreq/error.h>

#include "base/json.h"
#include "base/str.h"

/* One pushed image; its members are owned. */
struct pushed_image {
	char *name;   /* normalised "registry/repository[:tag]"; NULL: unknown */
	char *digest; /* "sha256:..." */
};

struct build_result {
	struct pushed_image *items;
	size_t count;
	struct strv notes; /* for people: other names of an image, which are left out */
};

void build_result_free(struct build_result *result);
#define CLEANUP_BUILD_RESULT CLEANUP(build_result_free)

/*
 * Adds one image: "NAME[:TAG]@DIGEST", or a digest alone.
 * Errors: SCANREQ_E_USAGE (it is neither, or there are too many), SCANREQ_E_NOMEM.
 */
int build_result_add(struct build_result *result, const char *item, struct scanreq_error *err);

/* Adds the images of a JSON object in one of the forms of builder-file.h. */
int build_result_add_object(struct build_result *result, struct json_object *object,
			    struct scanreq_error *err);

/* Adds the images of a line: separated by commas or blanks, or as JSON. Changes `line`. */
int build_result_add_line(struct build_result *result, char *line, struct scanreq_error *err);

/* Whether there is an image with this repository and digest, whatever its tag. */
bool build_result_has(const struct build_result *result, const struct pushed_image *image);

#endif
