/* SPDX-License-Identifier: MIT */
/* --from: the images that builders say they have pushed, as names to ask registries for. */
#ifndef CLI_BUILT_H
#define CLI_BUILT_H

#include "cli/settings.h"

/*
 * Reads the files of settings->from and puts "docker://NAME@DIGEST" for each image into
 * settings->built. A digest without a name takes the one IMAGE of the command line for
 * its name, which is then no image of its own. Returns 0, or the exit status after a
 * complaint.
 */
int built_read(struct settings *settings);

#endif
