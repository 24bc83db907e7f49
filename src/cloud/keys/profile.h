/* SPDX-License-Identifier: MIT */
/* What the two kinds of credential files have in common: paths, names, broken pairs. */
#ifndef CLOUD_KEYS_PROFILE_H
#define CLOUD_KEYS_PROFILE_H

#include "base/str.h"
#include "cloud/keys/provider.h"

/* The file that `variable` names, or `file` below HOME; the caller's, NULL: no memory. */
char *profile_path(const char *variable, const char *file);

/* The profile that is asked for: the caller's, or ALIBABA_CLOUD_PROFILE; or NULL. */
const char *profile_name(const struct provider_context *context);

/* Reads a file. Errors: SCANREQ_E_NOT_FOUND, SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM. */
int profile_file(const char *path, struct buf *text, struct scanreq_error *err);

/* SCANREQ_E_NOT_FOUND: the file has no such profile, but these. */
int profile_absent(const char *path, const char *name, const struct strv *known,
		   struct scanreq_error *err);

/*
 * As credentials_take(): half a pair is final. No pair at all is SCANREQ_E_UNREADABLE and
 * is not, since the CLI begins with such a profile.
 */
int profile_take(const struct key_names *names, const struct given_keys *keys, const char *from,
		 struct credentials *credentials, struct provided *provided,
		 struct scanreq_error *err);

#endif
