/* SPDX-License-Identifier: MIT */
/*
 * Reads the log of docker push, as a terminal, a file or a CI system keeps it:
 *
 *	The push refers to repository [registry/repository]
 *	TAG: digest: sha256:... size: N
 *
 * A CI system may put text before each line: a time stamp (GitHub, Azure Pipelines, Jenkins;
 * GitLab adds two digits, a letter and "+"), the job and step of "gh run view --log", and
 * escape sequences. Other lines are ignored.
 */
#ifndef PIPELINE_PUSH_LOG_H
#define PIPELINE_PUSH_LOG_H

#include <stdbool.h>

#include "pipeline/build-result.h"

/* Whether any line of the text begins a push. */
bool push_log_is(const char *text);

/*
 * Adds the pushed images. Each push must have a digest.
 * Errors: SCANREQ_E_USAGE (a push without a digest, a digest without a push, a line that
 * names an image that no earlier line pushed; the message names the line), SCANREQ_E_NOMEM.
 */
int push_log_read(const char *text, struct build_result *result, struct scanreq_error *err);

#endif
