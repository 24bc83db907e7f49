/* SPDX-License-Identifier: MIT */
/* The image configuration (OCI image-spec config.md; docker's image-spec v1.2). */
#ifndef OCI_CONFIG_H
#define OCI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <json-c/json.h>
#include <scanreq/error.h>

#include "base/digest.h"
#include "base/str.h"
#include "oci/platform.h"

/* Why `created` gives no time. */
enum created_state {
	CREATED_OK,
	CREATED_ABSENT,     /* no member, or null */
	CREATED_UNREADABLE, /* no string, or no RFC 3339 time */
	CREATED_TOO_OLD,    /* before 1970: year 1 is how Go writes "not set" */
};

struct image_config {
	char *created;            /* as in the document; NULL: no string */
	enum created_state created_state;
	int64_t created_ms;       /* when created_state is CREATED_OK */
	struct platform platform;
	bool variant_stated;      /* the document has a variant; else it is a default */
	struct strv label_names;  /* config.Labels in the document's order, texts only */
	struct strv label_values;
	struct digest *diff_ids;  /* rootfs.diff_ids */
	size_t diff_id_count;
};

/*
 * Parses `len` bytes. A `created` that cannot be read is a state and no error.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int image_config_parse(const char *bytes, size_t len, struct image_config *config,
		       struct scanreq_error *err);

/*
 * Set one member from a value of another source; it must be empty. `created` is a text or
 * NULL, `labels` a JSON object. 0 or SCANREQ_E_NOMEM.
 */
int image_config_created(struct image_config *config, const char *created);
int image_config_labels(struct image_config *config, struct json_object *labels);

/*
 * Whether the config can be for `platform`: os and architecture are equal, and the variant
 * is, too, if the config states one. Many images for arm do not.
 */
bool image_config_agrees(const struct image_config *config, const struct platform *platform);

void image_config_free(struct image_config *config);
#define CLEANUP_IMAGE_CONFIG CLEANUP(image_config_free)

#endif
