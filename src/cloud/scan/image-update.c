/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "cloud/scan/image-update.h"

#define OTHERS "choose now, created or a time"

static const char *const image_update_words[] = {
	[IMAGE_UPDATE_GIVEN] = "",
	[IMAGE_UPDATE_NOW] = "now",
	[IMAGE_UPDATE_MTIME] = "mtime",
	[IMAGE_UPDATE_CREATED] = "created",
	[IMAGE_UPDATE_LAST_MODIFIED] = "last-modified",
};

enum image_update image_update_word(const char *value)
{
	for (size_t i = IMAGE_UPDATE_NOW; i < ARRAY_LENGTH(image_update_words); i++)
		if (strcmp(value, image_update_words[i]) == 0)
			return (enum image_update)i;
	return IMAGE_UPDATE_GIVEN;
}

bool image_update_parse(const char *value, int64_t *ms)
{
	return str_to_int64(value, ms) || time_parse(value, ms);
}

static int __attribute__((format(printf, 4, 5)))
image_update_set(struct image_update_time *found, int64_t ms, enum scanreq_how how,
		 const char *format, ...)
{
	va_list args;
	int length;

	found->ms = ms;
	found->how = how;
	va_start(args, format);
	length = vasprintf(&found->note, format, args);
	va_end(args);
	if (length < 0)
		found->note = NULL;
	return length < 0 ? SCANREQ_E_NOMEM : 0;
}

static int image_update_mtime(const struct scanreq_image *image,
			      struct image_update_time *found, struct scanreq_error *err)
{
	if (!image->has_mtime)
		return error_set(err, SCANREQ_CODE_SOURCE_UNSUITABLE,
				 "ImageUpdate cannot be mtime: only a saved image that is one "
				 "file, named by its path, has a time of modification; " OTHERS);
	return image_update_set(found, image->mtime_ms, SCANREQ_HOW_REPORTED,
				"when %s was modified, by the file system",
				image->facts[SCANREQ_FACT_INPUT]);
}

static int image_update_created(const struct scanreq_image *image,
				struct image_update_time *found, struct scanreq_error *err)
{
	enum scanreq_how how = image->config_verified ? SCANREQ_HOW_VERIFIED
						      : SCANREQ_HOW_COMPUTED;

	if (image->config.created_state != CREATED_OK)
		return error_set(err, SCANREQ_CODE_TIME_MISSING,
				 "ImageUpdate cannot be created: the image has no creation time "
				 "that can be used; choose now or a time");
	return image_update_set(found, image->config.created_ms,
				image->reported ? SCANREQ_HOW_REPORTED : how,
				"the creation time of the image, %s",
				image->reported ? "by the engine" : "in its config");
}

static int image_update_last_modified(const struct scanreq_image *image,
				      struct image_update_time *found,
				      struct scanreq_error *err)
{
	if (image->origin != MANIFEST_REGISTRY)
		return error_set(err, SCANREQ_CODE_SOURCE_UNSUITABLE,
				 "ImageUpdate cannot be last-modified: only an image in a "
				 "registry has that time; " OTHERS);
	if (!image->has_last_modified)
		return error_set(err, SCANREQ_CODE_TIME_MISSING,
				 "ImageUpdate cannot be last-modified: the registry does not say "
				 "when the manifest was modified; " OTHERS);
	return image_update_set(found, image->last_modified_ms, SCANREQ_HOW_REPORTED,
				"Last-Modified of the manifest, by the registry");
}

int image_update_find(enum image_update word, const struct scanreq_image *image,
		      struct image_update_time *found, struct scanreq_error *err)
{
	int failed = 0;

	if (word == IMAGE_UPDATE_NOW)
		failed = image_update_set(found, time_now(), SCANREQ_HOW_GIVEN,
					  "now, by the clock of this machine");
	else if (!image)
		return error_set(err, SCANREQ_CODE_SOURCE_UNSUITABLE,
				 "ImageUpdate cannot be %s: there is no image; choose now or a "
				 "time", image_update_words[word]);
	else if (word == IMAGE_UPDATE_MTIME)
		failed = image_update_mtime(image, found, err);
	else if (word == IMAGE_UPDATE_CREATED)
		failed = image_update_created(image, found, err);
	else
		failed = image_update_last_modified(image, found, err);
	return failed == SCANREQ_E_NOMEM ? error_nomem(err) : failed;
}
