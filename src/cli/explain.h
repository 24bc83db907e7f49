/* SPDX-License-Identifier: MIT */
/* The entries of docs/troubleshooting.md, which the build writes into the program. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stddef.h>

/* The code of entry `i`, static; NULL after the last. */
const char *explain_code(size_t i);

#endif
