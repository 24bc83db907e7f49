/* SPDX-License-Identifier: MIT */
/*
 * The Docker side of a saved image: manifest.json (docker's image-spec v1.2, "Combined
 * image JSON + filesystem changeset format"), a list with an entry for each image.
 */
#ifndef SOURCE_ARCHIVE_DOCKER_H
#define SOURCE_ARCHIVE_DOCKER_H

#include <scanreq/error.h>

#include "base/json.h"
#include "source/archive/index.h"
#include "source/source.h"

#define DOCKER_MANIFEST "manifest.json"

/* The kind, as containers-transports(5) calls it. */
#define DOCKER_ARCHIVE "docker-archive"

/*
 * Adds a candidate without a manifest for each entry of `list`, which is manifest.json's
 * array. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int docker_archive_list(const struct archive_index *index, struct json_object *list,
			struct candidates *candidates, struct scanreq_error *err);

#endif
