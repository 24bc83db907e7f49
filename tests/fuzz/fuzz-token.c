/* SPDX-License-Identifier: MIT */
/* Every token that is read fits into a header, and ends within a day of now. */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "source/auth/token-answer.h"
#include "tests/fuzz/target.h"

#define DAY_MS (24LL * 60 * 60 * 1000)

const char fuzz_target_name[] = "token";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf body CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_TOKEN_BODY);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	char *token CLEANUP_SECRET = NULL;
	int64_t ends = 0, before = time_now();
	int failed;

	buf_add(&body, data, len);
	failed = token_answer_read(&body, &token, &ends, &err);
	PROMISE(failed == err.klass && !failed == (token != NULL));
	if (failed)
		return 0;
	PROMISE(*token && token_fits_header(token) && !strpbrk(token, " \t\r\n\x7f"));
	PROMISE(ends >= before && ends <= time_now() + DAY_MS);
	return 0;
}
