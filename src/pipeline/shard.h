/* SPDX-License-Identifier: MIT */
/*
 * One machine's part of a list: which images are its own is told by their names alone, so
 * that the machines of a fleet need not talk to each other.
 */
#ifndef PIPELINE_SHARD_H
#define PIPELINE_SHARD_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/error.h>

struct shard {
	int64_t index; /* from 0 */
	int64_t count; /* 0: there are no shards, everything is ours */
};

/* An environment variable, or NULL; getenv() outside of tests. */
typedef const char *(*shard_variable_fn)(const char *name);

/*
 * Reads "K/N" (K from 1 to N), "auto" (the variables of a CI system's parallel jobs) or
 * "auto/N" (JOB_COMPLETION_INDEX of a Kubernetes Indexed Job, which counts from 0).
 * Errors: SCANREQ_E_USAGE, also when "auto" finds nothing: a whole list filed by each of
 * N machines would be N times too much.
 */
int shard_parse(const char *text, shard_variable_fn variable, struct shard *shard,
		struct scanreq_error *err);

/*
 * Whether an image is this shard's: the first 8 bytes of the SHA-256 of its name as given,
 * as a big-endian number, modulo the count. *mine is set. Errors: SCANREQ_E_NOMEM.
 */
int shard_has(const struct shard *shard, const char *image, bool *mine,
	      struct scanreq_error *err);

#endif
