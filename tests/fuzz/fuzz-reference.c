/* SPDX-License-Identifier: MIT */
/* A reference that parses is what it says when it is written out and parsed again. */
#include <string.h>

#include "base/str.h"
#include "oci/reference.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "reference";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text CLEANUP_FREE = strndup((const char *)data, len);
	char *written CLEANUP_FREE = NULL;
	struct reference first CLEANUP_REFERENCE = { 0 };
	struct reference second CLEANUP_REFERENCE = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	PROMISE(text);
	if (reference_parse(text, &first, &err)) {
		PROMISE(err.klass == SCANREQ_E_USAGE && *err.message && !strchr(err.message, '\n'));
		return 0;
	}
	written = reference_format(&first);
	PROMISE(written && reference_parse(written, &second, &err) == 0);
	PROMISE(str_equal(first.domain, second.domain) && str_equal(first.path, second.path) &&
		str_equal(first.tag, second.tag) && digest_equal(&first.digest, &second.digest));
	return 0;
}
