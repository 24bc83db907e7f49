/* SPDX-License-Identifier: MIT */
/* Every challenge that is read has a scheme, and a value for each of its names. */
#include <string.h>

#include "source/auth/challenge.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "challenge";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *field CLEANUP_FREE = strndup((const char *)data, len);
	struct challenges challenges CLEANUP_CHALLENGES = { 0 };

	PROMISE(field && challenges_parse(&challenges, field) == 0);
	for (size_t i = 0; i < challenges.count; i++) {
		const struct challenge *c = &challenges.items[i];

		PROMISE(c->scheme && *c->scheme && c->names.count == c->values.count);
	}
	return 0;
}
