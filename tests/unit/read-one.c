/* SPDX-License-Identifier: MIT */
#include "tests/unit/read-one.h"

int read_one(struct source *source, const char *input,
	     const struct scanreq_selection *selection, struct scanreq_image **image,
	     struct scanreq_error *err)
{
	struct scanreq_image_set set CLEANUP_IMAGE_SET = { 0 };
	int failed = image_set_read(source, input, selection, &set, err);

	return failed ? failed : image_set_take(&set, 0, image, err);
}
