/* SPDX-License-Identifier: MIT */
/* Whatever a server says is a short line that can move nothing. */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "net/error-body.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "error-body";

static void check_line(const char *line, size_t size)
{
	size_t len = strnlen(line, size);

	PROMISE(len < size && utf8_valid(line, len));
	for (size_t at = 0, n; at < len; at += n) {
		n = utf8_length(line + at, len - at);
		PROMISE(n > 0 && utf8_unprintable(line + at, n) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf body CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	struct error_body said;

	buf_add(&body, data, len);
	error_body_read(NULL, &body, &said);
	check_line(said.code, sizeof(said.code));
	check_line(said.line, sizeof(said.line));
	return 0;
}
