/* SPDX-License-Identifier: MIT */
/* Keys from a program, as the aliyun CLI's mode External has them. */
#ifndef CLOUD_KEYS_EXTERNAL_H
#define CLOUD_KEYS_EXTERNAL_H

#include "base/str.h"
#include "cloud/rpc/credentials.h"

/*
 * Splits a command as the CLI does on Unix: blanks separate; quotes of both kinds group;
 * a backslash takes the next character as it is, between double quotes only before one
 * of "\$` and a newline. No shell is involved. Errors: SCANREQ_E_UNREADABLE,
 * SCANREQ_E_NOMEM.
 */
int external_split(const char *command, struct strv *argv, struct scanreq_error *err);

/*
 * Runs the command for at most a minute; it writes {"mode": "AK" or "StsToken",
 * "access_key_id", "access_key_secret", "sts_token", "expiration"}. Its output is never
 * quoted. Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_DENIED (it failed), SCANREQ_E_NOMEM.
 */
int external_find(const char *command, const char *from, struct credentials *credentials,
		  struct scanreq_error *err);

#endif
