/* SPDX-License-Identifier: MIT */
/* An engine's report about an image. There are no bytes to verify it with. */
#ifndef SOURCE_ENGINE_REPORT_H
#define SOURCE_ENGINE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "oci/config.h"

/* Not verified. */
struct reported {
	char *engine;               /* "the engine at /var/run/docker.sock" */
	struct image_config config; /* created, platform and labels; no diff_ids */
	bool completed;             /* the engine completed the name that was asked for */
	struct digest id;
	bool id_is_config;          /* the id is the digest of the config */
	struct digest manifest;     /* of the image's manifest, or NONE */
	struct digest index;        /* of the index above it, or NONE */
	struct digest by_name;      /* of one of the two, not known which; or NONE */
	const char *no_digest;      /* static: why all three are NONE */
	int64_t size;               /* in bytes, as the engine counts; -1: not known */
	char *tagged;               /* when it was tagged last, as the engine writes it; or NULL */
	int64_t tagged_ms;          /* the same; -1: not known */
};

/* An empty report, or NULL when out of memory. */
struct reported *reported_new(void);

void reported_free(struct reported **reported);
#define CLEANUP_REPORTED CLEANUP(reported_free)

#endif
