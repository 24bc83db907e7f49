/* SPDX-License-Identifier: MIT */
/*
 * Parses an IMAGE argument: "-" is standard input, a path begins with "/", "./" or "../", a
 * known scheme ends at its colon, and everything else is a registry reference. Scheme names
 * are those of containers-transports(5).
 */
#ifndef IMAGE_NAME_H
#define IMAGE_NAME_H

#include <scanreq/error.h>

#include "base/cleanup.h"
#include "oci/reference.h"

/* IMAGE_NAME_ARCHIVE is any saved image, also an OCI layout in a directory. */
enum image_name_type { IMAGE_NAME_REGISTRY, IMAGE_NAME_ARCHIVE, IMAGE_NAME_ENGINE };

struct image_name {
	enum image_name_type type;
	struct reference reference; /* IMAGE_NAME_REGISTRY */
	const char *kind;           /* static: the form by its scheme; NULL: look inside */
	char *path;                 /* of an archive or a layout; "-" for standard input */
	char *engine_name;          /* IMAGE_NAME_ENGINE: a reference or an id */
	char *selector;             /* after the path: "@N" or a reference; or NULL */
};

/*
 * Errors: SCANREQ_E_USAGE: a malformed reference, a scheme that is not supported (says
 * what to use instead), or a bare name of an existing file (names "./x" and
 * "docker://x"); SCANREQ_E_NOMEM.
 */
int image_name_parse(const char *text, struct image_name *name, struct scanreq_error *err);

void image_name_free(struct image_name *name);
#define CLEANUP_IMAGE_NAME CLEANUP(image_name_free)

#endif
