/* SPDX-License-Identifier: MIT */
/* What a registry wants its users to know: the Warning fields of its answers. */
#ifndef SOURCE_REGISTRY_WARNING_H
#define SOURCE_REGISTRY_WARNING_H

#include "base/log.h"
#include "net/http.h"

/*
 * Tells the warnings of an answer, each once a run, at level warning: distribution-spec
 * ("Warnings") has them as `Warning: 299 - "text"`, and other codes and agents mean nothing.
 * A field that is malformed, or has a control character in it, is not told.
 * `host` is whose they are.
 */
void registry_warnings(struct log *log, const char *host, const struct http_response *response);

#endif
