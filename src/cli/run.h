/* SPDX-License-Identifier: MIT */
/* One run of inspect, submit or status over all its images. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/one-image.h"

/*
 * Gets what the images of a run share, by run->settings. Returns 0, or the exit status
 * after a complaint; run_free() is due in both cases.
 */
int run_begin(struct run *run);
void run_free(struct run *run);

/*
 * Works through the images of `settings`: complaints and warnings to stderr, results to
 * the output. Returns the exit status of the run.
 */
int run_images(const struct settings *settings, bool submits);

#endif
