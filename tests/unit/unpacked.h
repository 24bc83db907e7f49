/* SPDX-License-Identifier: MIT */
/* Archives of testdata/, unpacked into a directory of their own. */
#ifndef UNIT_UNPACKED_H
#define UNIT_UNPACKED_H

/* Unpacks an archive below the source tree; the directory is the caller's. */
char *unpack(const char *relative);

/* Removes the directory and frees its name; NULL is fine. */
void unpacked_free(char **directory);

#endif
