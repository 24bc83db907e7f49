/* SPDX-License-Identifier: MIT */
/* Keys from a program: the aliyun CLI's mode External. */
#ifndef CLOUD_KEYS_EXTERNAL_H
#define CLOUD_KEYS_EXTERNAL_H

#include "base/str.h"
#include "cloud/rpc/credentials.h"

/*
 * Splits a command as the CLI does on Unix: blanks separate; quotes of both kinds group; a
 * backslash escapes the next character, within double quotes only " \ $ ` and a newline. No
 * shell is involved. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int external_split(const char *command, struct strv *argv, struct scanreq_error *err);

/*
 * Runs the command for at most a minute. It writes {"mode": "AK" or "StsToken",
 * "access_key_id", "access_key_secret", "sts_token", "expiration"}, which errors never quote.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_DENIED (the command failed), SCANREQ_E_NOMEM.
 */
int external_find(const char *command, const char *from, struct credentials *credentials,
		  struct scanreq_error *err);

#endif
