/* SPDX-License-Identifier: MIT */
/* What a token server answers (distribution's spec/auth/token.md, and oauth.md). */
#ifndef SOURCE_AUTH_TOKEN_ANSWER_H
#define SOURCE_AUTH_TOKEN_ANSWER_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"

/* Whether a header may carry the token: no control character or space (RFC 6750 2.1). */
bool token_fits_header(const char *token);

/*
 * Reads "token", else "access_token"; *token is the caller's (CLEANUP_SECRET). *expires_ms is
 * when to stop using it, on this machine's clock: "expires_in" seconds (one minute to one
 * day) after "issued_at". Errors: SCANREQ_E_UNAVAILABLE (no token, or one that a header
 * cannot carry), SCANREQ_E_NOMEM.
 */
int token_answer_read(const struct buf *body, char **token, int64_t *expires_ms,
		      struct scanreq_error *err);

#endif
