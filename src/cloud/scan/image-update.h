/* SPDX-License-Identifier: MIT */
/*
 * ImageUpdate. Images do not record when they were updated, so the caller gives a time, or one
 * of four words for where to find one.
 */
#ifndef CLOUD_SCAN_IMAGE_UPDATE_H
#define CLOUD_SCAN_IMAGE_UPDATE_H

#include <stdbool.h>
#include <scanreq/request.h>

#include "image/image.h"

enum image_update {
	IMAGE_UPDATE_GIVEN,         /* no word: the value is the time */
	IMAGE_UPDATE_NOW,           /* "now": this machine's clock */
	IMAGE_UPDATE_MTIME,         /* "mtime" of the saved image's file */
	IMAGE_UPDATE_CREATED,       /* "created" in the config */
	IMAGE_UPDATE_LAST_MODIFIED, /* "last-modified" of the manifest, by the registry */
};

/* The word for a value; IMAGE_UPDATE_GIVEN for any other value. */
enum image_update image_update_word(const char *value);

/*
 * Parses a time to milliseconds since 1970: a decimal number of them, which may be negative,
 * or RFC 3339. False for anything else.
 */
bool image_update_parse(const char *value, int64_t *ms);

/* The time of a word. */
struct image_update_time {
	int64_t ms;
	enum scanreq_how how;
	char *note; /* where it is from; the caller's */
};

/*
 * Finds the time of a word. `image` may be NULL. Errors: SCANREQ_E_USAGE (this kind of source
 * has no such time), SCANREQ_E_UNREADABLE (this image has none), SCANREQ_E_NOMEM.
 */
int image_update_find(enum image_update word, const struct scanreq_image *image,
		      struct image_update_time *found, struct scanreq_error *err);

#endif
