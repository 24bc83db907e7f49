/* SPDX-License-Identifier: MIT */
/* What the scanner accepts, json-c reads; what it refuses is refused with a place. */
#include "base/json-scan.h"
#include "base/json.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "json";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct json_object *value CLEANUP_JSON = NULL;
	struct json_census census;
	const char *wrong = json_census((const char *)data, len, &census);
	int failed = json_parse((const char *)data, len, "the text", &value, NULL);

	PROMISE(census.at <= len);
	PROMISE(!wrong || failed == SCANREQ_E_UNREADABLE);
	return 0;
}
