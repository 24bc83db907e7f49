/* SPDX-License-Identifier: MIT */
/* Credentials that are found are whole; an error says nothing of the file's content. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "source/docker-config.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "docker-config";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };
	struct credential credential CLEANUP_CREDENTIAL = { 0 };
	int fd CLEANUP_CLOSE = memfd_create("config", MFD_CLOEXEC);
	char path[64];

	PROMISE(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	PROMISE(reference_parse("registry.example.com/shop/web", &reference, NULL) == 0);
	if (docker_config_find(path, &reference, &credential, NULL) == 0 &&
	    credential_found(&credential))
		PROMISE((credential.username && credential.password) ||
			credential.identity_token || credential.registry_token);
	return 0;
}
