/* SPDX-License-Identifier: MIT */
/* The aliyun CLI's config.json: {"current": NAME, "profiles": [{"name": ...}, ...]}. */
#ifndef CLOUD_KEYS_ALIYUN_CONFIG_H
#define CLOUD_KEYS_ALIYUN_CONFIG_H

#include <json-c/json.h>

#include "cloud/keys/provider.h"

struct aliyun_config {
	char *path;
	struct json_object *root;
	struct json_object *profiles; /* an array in `root` */
	const char *current;          /* in `root`; or NULL */
};

/*
 * Reads the file that ALIBABA_CLOUD_CONFIG_FILE names, or ~/.aliyun/config.json, into
 * *config, unless that was done before (all zero: it was not).
 * Errors: SCANREQ_E_NOT_FOUND, SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int aliyun_config_read(struct aliyun_config *config, struct scanreq_error *err);

void aliyun_config_free(struct aliyun_config *config);
#define CLEANUP_ALIYUN_CONFIG CLEANUP(aliyun_config_free)

/*
 * Finds a profile by name and checks the types of its members; borrowed. Errors:
 * SCANREQ_E_NOT_FOUND (lists the existing ones), SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int aliyun_config_find(const struct aliyun_config *config, const char *name,
		       struct json_object **profile, struct scanreq_error *err);

/* A profile's member, borrowed; NULL: absent or empty. */
const char *aliyun_text(struct json_object *profile, const char *name);

/*
 * The region_id of the profile that would be used; the caller frees it. NULL: none, or it
 * cannot be read.
 */
char *aliyun_region(const struct provider_context *context);

#endif
