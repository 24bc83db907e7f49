/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "pipeline/shard.h"

/* How CI systems number parallel jobs; `first` is the number of the first one. */
static const struct {
	const char *index;
	const char *total;
	int64_t first;
} numberings[] = {
	{ "CI_NODE_INDEX", "CI_NODE_TOTAL", 1 }, /* GitLab, Knapsack and others */
	{ "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0 },
	{ "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0 },
	{ "SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", 1 }, /* Azure Pipelines */
	{ "BITBUCKET_PARALLEL_STEP", "BITBUCKET_PARALLEL_STEP_COUNT", 0 },
};

static bool shard_valid(const struct shard *shard)
{
	return shard->count >= 1 && shard->count <= LIMIT_SHARDS && shard->index >= 0 &&
	       shard->index < shard->count;
}

static bool shard_set(struct shard *shard, const char *index, const char *count, int64_t first)
{
	if (!str_to_int64(index, &shard->index) || !str_to_int64(count, &shard->count) ||
	    shard->index < first)
		return false;
	shard->index -= first;
	return shard_valid(shard);
}

static int find_numbering(shard_variable_fn variable, struct shard *shard,
			  struct scanreq_error *err)
{
	for (size_t i = 0; i < ARRAY_LENGTH(numberings); i++) {
		const char *index = variable(numberings[i].index);
		const char *total = variable(numberings[i].total);

		if (!index || !*index || !total || !*total)
			continue;
		if (shard_set(shard, index, total, numberings[i].first))
			return 0;
		return error_set(err, SCANREQ_CODE_SETTING_INVALID,
				 "auto: %s=%s and %s=%s do not number a parallel job",
				 numberings[i].index, index, numberings[i].total, total);
	}
	return error_set(err, SCANREQ_CODE_SETTING_INVALID,
			 "auto finds no parallel job (neither CI_NODE_INDEX and CI_NODE_TOTAL"
			 " nor other systems' variables are set): give K/N");
}

static int find_completion_index(const char *count, shard_variable_fn variable,
				 struct shard *shard, struct scanreq_error *err)
{
	const char *index = variable("JOB_COMPLETION_INDEX");

	if (!index || !*index)
		return error_set(err, SCANREQ_CODE_SETTING_INVALID,
				 "auto/%s needs JOB_COMPLETION_INDEX, which Kubernetes sets in an"
				 " Indexed Job", count);
	if (shard_set(shard, index, count, 0))
		return 0;
	return error_set(err, SCANREQ_CODE_SETTING_INVALID,
			 "auto/%s: JOB_COMPLETION_INDEX=%s is not from 0 to %s - 1",
			 count, index, count);
}

static int read_shard(const char *text, shard_variable_fn variable, struct shard *shard,
		      struct scanreq_error *err)
{
	char *index CLEANUP_FREE = strdup(text);
	const char *count;
	char *slash;

	if (!index)
		return error_nomem(err);
	if (strcmp(text, "auto") == 0)
		return find_numbering(variable, shard, err);
	if (str_prefix(text, "auto/", &count))
		return find_completion_index(count, variable, shard, err);
	slash = strchr(index, '/');
	if (slash) {
		*slash = '\0';
		if (shard_set(shard, index, slash + 1, 1))
			return 0;
	}
	return error_set(err, SCANREQ_CODE_SETTING_INVALID,
			 "shard must be K/N with K from 1 to N, auto or auto/N, not \"%s\"",
			 text);
}

int shard_parse(const char *text, shard_variable_fn variable, struct shard *shard,
		struct scanreq_error *err)
{
	int failed = read_shard(text, variable, shard, err);

	return failed == SCANREQ_E_USAGE ? error_about(failed, "shard", err) : failed;
}

int shard_has(const struct shard *shard, const char *image, bool *mine,
	      struct scanreq_error *err)
{
	struct digest digest;
	char first[17];
	int failed;

	*mine = true;
	if (shard->count == 0)
		return 0;
	failed = digest_of(DIGEST_SHA256, image, strlen(image), &digest, err);
	if (failed)
		return failed;
	memcpy(first, digest.hex, 16);
	first[16] = '\0';
	*mine = strtoull(first, NULL, 16) % (uint64_t)shard->count == (uint64_t)shard->index;
	return 0;
}
