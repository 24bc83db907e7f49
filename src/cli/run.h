/* SPDX-License-Identifier: MIT */
/* One run of inspect or submit: every image in turn, and what became of it. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/options.h"

/*
 * Works through the images of `settings`: complaints and warnings to stderr, results to
 * the output. Returns the exit status of the run.
 */
int run_images(const struct settings *settings, bool submits);

#endif
