/* SPDX-License-Identifier: MIT */
/* A config that parses has a time that is one, and as many label values as names. */
#include "oci/config.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "config";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct image_config config CLEANUP_IMAGE_CONFIG = { 0 };

	if (image_config_parse((const char *)data, len, &config, NULL))
		return 0;
	PROMISE(config.created_state != CREATED_OK || (config.created && config.created_ms >= 0));
	PROMISE(config.label_names.count == config.label_values.count);
	return 0;
}
