/* SPDX-License-Identifier: MIT */
/* A manifest that parses has digests and sizes that may be trusted. */
#include "oci/manifest.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "manifest";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct document document CLEANUP_DOCUMENT = { 0 };

	if (document_parse((const char *)data, len, NULL, &document, NULL))
		return 0;
	PROMISE(document.media_type);
	for (size_t i = 0; i < document.count; i++)
		PROMISE(document.entries[i].digest.algorithm != DIGEST_NONE &&
			document.entries[i].size >= 0);
	if (document.kind == DOCUMENT_MANIFEST)
		PROMISE(document.config.digest.algorithm != DIGEST_NONE &&
			document.config.size >= 0);
	return 0;
}
