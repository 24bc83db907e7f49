/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over its corpus, and over cut and bent copies of each file, so that
 * `make check` replays what fuzzing has found without a fuzzer. Speaks TAP.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "tests/fuzz/target.h"

#define LARGEST (1024 * 1024)
/* Copies of one file: at most this many cuts, and this many bytes bent. */
#define VARIANTS 64

static void replay(const uint8_t *data, size_t len)
{
	/* An exact allocation, so that a sanitizer sees a read past the end. */
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void replay_variants(uint8_t *data, size_t len)
{
	size_t step = len / VARIANTS + 1;

	replay(data, len);
	for (size_t at = 0; at < len; at += step) {
		uint8_t kept = data[at];

		replay(data, at);
		data[at] ^= (uint8_t)(1 + at % 255);
		replay(data, len);
		data[at] = kept;
	}
}

static bool replay_file(const char *path, uint8_t *data)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file)
		return false;
	len = fread(data, 1, LARGEST, file);
	fclose(file);
	replay_variants(data, len);
	return true;
}

int main(void)
{
	const char *top = getenv("TOP_SRCDIR");
	char *directory CLEANUP_FREE = NULL;
	uint8_t *data CLEANUP_FREE = malloc(LARGEST);
	struct dirent **files;
	int count;

	if (asprintf(&directory, "%s/testdata/fuzz/%s", top ? top : ".", fuzz_target_name) < 0)
		return 1;
	count = scandir(directory, &files, NULL, alphasort);
	if (count < 3 || !data) { /* "." and ".." alone are no corpus */
		printf("1..1\nnot ok 1 - no corpus in %s\n", directory);
		return 1;
	}
	printf("1..%d\n", count - 2);
	for (int i = 2; i < count; i++) {
		char *path CLEANUP_FREE = NULL;

		if (asprintf(&path, "%s/%s", directory, files[i]->d_name) < 0)
			return 1;
		printf("%sok %d - %s\n", replay_file(path, data) ? "" : "not ", i - 1,
		       files[i]->d_name);
		free(files[i]);
	}
	free(files[0]);
	free(files[1]);
	free(files);
	return 0;
}
