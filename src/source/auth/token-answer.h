/* SPDX-License-Identifier: MIT */
/* What a token server answers (distribution's spec/auth/token.md, and oauth.md). */
#ifndef SOURCE_AUTH_TOKEN_ANSWER_H
#define SOURCE_AUTH_TOKEN_ANSWER_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"

/* RFC 6750 section 2.1: nothing that could end the field or begin another. */
bool token_fits_header(const char *token);

/*
 * Reads "token", else "access_token"; *token is the caller's (CLEANUP_SECRET). *expires_ms is
 * when to stop using it, on this machine's clock: "expires_in" seconds, a minute at the least
 * and a day at the most, from "issued_at" where that can be. Errors: SCANREQ_E_UNAVAILABLE
 * (there is none that may be sent), SCANREQ_E_NOMEM.
 */
int token_answer_read(const struct buf *body, char **token, int64_t *expires_ms,
		      struct scanreq_error *err);

#endif
