/* SPDX-License-Identifier: MIT */
/* What the scanner accepts, json-c reads; what it refuses is refused with a place. */
#include "base/json.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "json";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct json_object *value CLEANUP_JSON = NULL;
	size_t at = 0;
	const char *wrong = json_scan((const char *)data, len, &at);
	int failed = json_parse((const char *)data, len, "the text", &value, NULL);

	PROMISE(at <= len);
	PROMISE(!wrong || failed == SCANREQ_E_UNREADABLE);
	return 0;
}
