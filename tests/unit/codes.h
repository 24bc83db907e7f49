/* SPDX-License-Identifier: MIT */
/* Errors of a class, where a test does not care for the code. */
#ifndef UNIT_CODES_H
#define UNIT_CODES_H

#include "base/code.h"

/* The first code of a class. */
static inline int a_code_of(int klass)
{
	int code = 1;

	while (code < 1000 && (!code_name(code) || code_class(code) != klass))
		code++;
	return code;
}

#endif
