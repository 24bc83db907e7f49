/* SPDX-License-Identifier: MIT */
/* Code for both kinds of credential files. */
#ifndef CLOUD_KEYS_PROFILE_H
#define CLOUD_KEYS_PROFILE_H

#include "base/str.h"
#include "cloud/keys/provider.h"

/* The path in `variable`, or `file` below HOME; the caller frees it. NULL: no memory. */
char *profile_path(const char *variable, const char *file);

/* The name of the requested profile, from the caller or ALIBABA_CLOUD_PROFILE; or NULL. */
const char *profile_name(const struct provider_context *context);

/* "profile NAME of PATH", for messages; the caller frees it. NULL: no memory. */
char *profile_title(const char *name, const char *path);

/* Reads a file. Errors: SCANREQ_E_NOT_FOUND, SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM. */
int profile_file(const char *path, struct buf *text, struct scanreq_error *err);

/* Sets the error SCANREQ_E_NOT_FOUND, which lists the profiles that exist. */
int profile_absent(const char *path, const char *name, const struct strv *known,
		   struct scanreq_error *err);

/*
 * credentials_take() for a profile. Half of a pair ends the search. A profile without keys,
 * such as the CLI's initial one, is SCANREQ_E_UNREADABLE and does not.
 */
int profile_take(const struct key_names *names, const struct given_keys *keys, const char *from,
		 struct credentials *credentials, struct provided *provided,
		 struct scanreq_error *err);

#endif
