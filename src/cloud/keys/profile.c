/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "cloud/keys/profile.h"

char *profile_path(const char *variable, const char *file)
{
	const char *given = env_value(variable), *home = env_value("HOME");
	char *path = NULL;

	if (given)
		return strdup(given);
	/* Without a HOME there is no such file, but the error can name it. */
	return asprintf(&path, "%s/%s", home ? home : "~", file) < 0 ? NULL : path;
}

const char *profile_name(const struct provider_context *context)
{
	return context->profile ? context->profile : env_value("ALIBABA_CLOUD_PROFILE");
}

char *profile_title(const char *name, const char *path)
{
	char *title = NULL;

	return asprintf(&title, "profile %.64s of %s", name, path) < 0 ? NULL : title;
}

int profile_file(const char *path, struct buf *text, struct scanreq_error *err)
{
	int failed = file_read(path, text, err);

	if (failed != SCANREQ_E_USAGE)
		return failed;
	return error_recast(err, SCANREQ_CODE_PROFILE_INVALID);
}

int profile_absent(const char *path, const char *name, const struct strv *known,
		   struct scanreq_error *err)
{
	struct buf names CLEANUP_BUF = BUF_INIT(LIMIT_LINE);

	for (size_t i = 0; i < known->count && names.len < 200; i++)
		buf_addf(&names, "%s%.64s", i > 0 ? ", " : "", known->items[i]);
	return error_set(err, SCANREQ_CODE_PROFILE_MISSING, "%s has no profile \"%.64s\"%s%s",
			 path, name, names.len > 0 ? ", but " : "", buf_str(&names));
}

int profile_take(const struct key_names *names, const struct given_keys *keys, const char *from,
		 struct credentials *credentials, struct provided *provided,
		 struct scanreq_error *err)
{
	int failed;

	if (!unless_empty(keys->key_id) && !unless_empty(keys->key_secret))
		return error_set(err, SCANREQ_CODE_PROFILE_INVALID, "%s has no %s", from,
				 names->key_id);
	failed = credentials_take(names, keys, from, credentials, err);
	if (!failed)
		return 0;
	provided->final = true;
	return error_prefix(err, failed, "%s", from);
}
