/* SPDX-License-Identifier: MIT */
/*
 * The log of docker push, as a terminal, a file or a CI system has kept it:
 *
 *	The push refers to repository [registry/repository]
 *	TAG: digest: sha256:... size: N
 *
 * Before each line there may be what a CI system puts there: a time stamp (GitHub, Azure
 * Pipelines, Jenkins, GitLab with its two digits, letter and "+"), the job and step of "gh
 * run view --log", and escape sequences. Every other line is of something else.
 */
#ifndef PIPELINE_PUSH_LOG_H
#define PIPELINE_PUSH_LOG_H

#include <stdbool.h>

#include "pipeline/build-result.h"

/* Whether a push is begun anywhere in the text. */
bool push_log_is(const char *text);

/*
 * Adds the images that were pushed. Each push that is begun must have its digest.
 * Errors: SCANREQ_E_USAGE (a push without a digest, a digest of no push, a line that names
 * an image which no push before it was of; the message names the line), SCANREQ_E_NOMEM.
 */
int push_log_read(const char *text, struct build_result *result, struct scanreq_error *err);

#endif
