/* SPDX-License-Identifier: MIT */
/* Credentials that are found are whole; an error says nothing of the file's content. */
#include <string.h>

#include "base/limits.h"
#include "source/auth/docker-config.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "docker-config";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };
	struct credential credential CLEANUP_CREDENTIAL = { 0 };
	struct docker_config config CLEANUP_DOCKER_CONFIG = { 0 };
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_AUTHFILE);
	struct docker_helper helper;

	buf_add(&text, data, len);
	PROMISE(reference_parse("registry.example.com/shop/web", &reference, NULL) == 0);
	if (docker_config_parse("config", &text, DOCKER_CONFIG_FILE, &config, NULL))
		return 0;
	if (docker_config_helper(&config, &reference, &helper, NULL) == 0) {
		PROMISE(!helper.name || strlen(helper.name) < len);
		PROMISE(helper.server != NULL);
	}
	if (docker_config_find(&config, &reference, &credential, NULL) == 0 &&
	    credential_found(&credential))
		PROMISE((credential.username && credential.password) ||
			credential.identity_token || credential.registry_token);
	return 0;
}
