/* SPDX-License-Identifier: MIT */
/* What the scanner accepts is read as json-c reads it; the rest is refused with a place. */
#include "base/json-scan.h"
#include "base/json.h"
#include "base/limits.h"
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
	if (!failed) {
		struct json_tokener *reader = json_tokener_new_ex(LIMIT_JSON_DEPTH + 1);
		struct json_object *other CLEANUP_JSON =
			json_tokener_parse_ex(reader, (const char *)data, (int)len);

		if (!other)
			other = json_tokener_parse_ex(reader, "", 1);
		PROMISE(json_object_equal(value, other));
		json_tokener_free(reader);
	}
	return 0;
}
