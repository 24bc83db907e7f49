/* SPDX-License-Identifier: MIT */
/* Files of testdata/, found through TOP_SRCDIR, which `make check` sets. */
#ifndef UNIT_TESTDATA_H
#define UNIT_TESTDATA_H

#include "base/buf.h"

/* Path of a file below the source tree, the caller's. */
char *testdata_path(const char *relative);

/* Reads a file below the source tree into `out`; fails the test when it cannot. */
void testdata_read(const char *relative, struct buf *out);

#endif
