/* SPDX-License-Identifier: MIT */
/*
 * Divides a list among machines by the names of the images alone, so that the machines need
 * not talk to each other.
 */
#ifndef PIPELINE_SHARD_H
#define PIPELINE_SHARD_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/error.h>

struct shard {
	int64_t index; /* from 0 */
	int64_t count; /* 0: no shards, every image is ours */
};

/* Returns an environment variable or NULL; getenv() outside of tests. */
typedef const char *(*shard_variable_fn)(const char *name);

/*
 * Reads "K/N" (K from 1 to N), "auto" (a CI system's variables of parallel jobs) or "auto/N"
 * (JOB_COMPLETION_INDEX of a Kubernetes Indexed Job, from 0).
 * Errors: SCANREQ_E_USAGE, with the setting "shard". "auto" fails when no variable is set:
 * otherwise each of N machines would file the whole list.
 */
int shard_parse(const char *text, shard_variable_fn variable, struct shard *shard,
		struct scanreq_error *err);

/*
 * Sets *mine to whether an image belongs to this shard: the first 8 bytes of the SHA-256 of
 * its name as given, as a big-endian number, modulo the count. Errors: SCANREQ_E_NOMEM.
 */
int shard_has(const struct shard *shard, const char *image, bool *mine,
	      struct scanreq_error *err);

#endif
