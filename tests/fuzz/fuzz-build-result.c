/* SPDX-License-Identifier: MIT */
/* What a builder's file names is a name without a digest and a whole digest, and no more. */
#include <string.h>

#include "base/digest.h"
#include "base/limits.h"
#include "pipeline/builder-file.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "build-result";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct build_result result CLEANUP_BUILD_RESULT = { 0 };
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_BUILD_RESULT);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed;

	buf_add(&text, data, len);
	failed = builder_file_parse(&text, &result, &err);
	PROMISE(failed ? err.klass == failed && err.message[0] : result.count > 0);
	for (size_t i = 0; i < result.count; i++) {
		const struct pushed_image *p = &result.items[i];
		struct digest digest;

		PROMISE(digest_parse(p->digest, strlen(p->digest), &digest));
		PROMISE(!p->name || (*p->name && !strpbrk(p->name, "@ \t")));
	}
	return 0;
}
