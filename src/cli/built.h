/* SPDX-License-Identifier: MIT */
/* --from: the images that builders pushed, as references to request from registries. */
#ifndef CLI_BUILT_H
#define CLI_BUILT_H

#include "cli/settings.h"

/*
 * Reads the files of settings->from and adds "docker://NAME@DIGEST" for each image to
 * settings->built. A digest without a name takes the only IMAGE of the command line as its
 * name, and that IMAGE is then not read by itself. Returns 0, or the exit status after a
 * complaint.
 */
int built_read(struct settings *settings);

#endif
