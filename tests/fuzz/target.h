/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target: libFuzzer's entry point, and the name of its corpus in testdata/fuzz/.
 * It aborts on a broken promise; whether the input is accepted does not matter.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

extern const char fuzz_target_name[];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A promise that must hold for every input. */
#define PROMISE(condition)       \
	do {                     \
		if (!(condition)) \
			abort();  \
	} while (0)

#endif
