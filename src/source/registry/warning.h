/* SPDX-License-Identifier: MIT */
/* The Warning fields of a registry's answers. */
#ifndef SOURCE_REGISTRY_WARNING_H
#define SOURCE_REGISTRY_WARNING_H

#include "base/log.h"
#include "net/http.h"

/*
 * Logs the warnings of an answer of `host`, each once a run. distribution-spec ("Warnings")
 * defines `Warning: 299 - "text"`; other codes and agents are ignored, and so is a field
 * that is malformed or has a control character.
 */
void registry_warnings(struct log *log, const char *host, const struct http_response *response);

#endif
