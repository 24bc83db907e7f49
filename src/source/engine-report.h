/* SPDX-License-Identifier: MIT */
/* What an engine says of an image whose bytes it does not hand out. */
#ifndef SOURCE_ENGINE_REPORT_H
#define SOURCE_ENGINE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "oci/config.h"

/* Nothing of this was checked: it is as good as the engine that says it. */
struct reported {
	char *engine;               /* who says it: "the engine at /var/run/docker.sock" */
	struct image_config config; /* created, platform and labels; no diff_ids */
	bool completed;             /* the engine completed the name that was asked for */
	struct digest id;
	bool id_is_config;          /* the id is the digest of the config */
	struct digest manifest;     /* of the image's manifest, or NONE */
	struct digest index;        /* of the index above it, or NONE */
	struct digest by_name;      /* of one of the two, it is not said which; or NONE */
	const char *no_digest;      /* static: why there is none of the three */
	int64_t size;               /* in bytes, as the engine counts; -1: not told */
	char *tagged;               /* when it was tagged last, as it is told; or NULL */
	int64_t tagged_ms;          /* the same; -1: not told */
};

/* Makes an empty one: nothing is known. NULL when out of memory. */
struct reported *reported_new(void);

void reported_free(struct reported **reported);
#define CLEANUP_REPORTED CLEANUP(reported_free)

#endif
