/* SPDX-License-Identifier: MIT */
/*
 * When an image was updated. No image says it, so the caller names the clock that does: a
 * time, or one of four words for a time that is looked up.
 */
#ifndef CLOUD_SCAN_IMAGE_UPDATE_H
#define CLOUD_SCAN_IMAGE_UPDATE_H

#include <stdbool.h>
#include <scanreq/request.h>

#include "image/image.h"

enum image_update {
	IMAGE_UPDATE_GIVEN,         /* the value itself is the time */
	IMAGE_UPDATE_NOW,           /* "now": this machine's clock */
	IMAGE_UPDATE_MTIME,         /* "mtime": the modification of the saved image's file */
	IMAGE_UPDATE_CREATED,       /* "created": that of the config */
	IMAGE_UPDATE_LAST_MODIFIED, /* "last-modified": of the manifest, as a registry says */
};

/* The word that a value is; IMAGE_UPDATE_GIVEN for every other value. */
enum image_update image_update_word(const char *value);

/*
 * Milliseconds since 1970 of a time that is given: a decimal number of them, which may be
 * negative, or RFC 3339. False for anything else.
 */
bool image_update_parse(const char *value, int64_t *ms);

/* What a word stands for. */
struct image_update_time {
	int64_t ms;
	enum scanreq_how how;
	char *note; /* where it is from; the caller's */
};

/*
 * Looks the time of a word up. `image` may be NULL: there is none. Errors: SCANREQ_E_USAGE
 * when the source has no such time, SCANREQ_E_UNREADABLE when this image lacks it,
 * SCANREQ_E_NOMEM.
 */
int image_update_find(enum image_update word, const struct scanreq_image *image,
		      struct image_update_time *found, struct scanreq_error *err);

#endif
