/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/error.h"
#include "image/image.h"

void image_free(struct scanreq_image **image)
{
	struct scanreq_image *i = *image;

	if (!i)
		return;
	for (size_t n = 0; n < SCANREQ_FACT_COUNT_; n++)
		free(i->facts[n]);
	reference_free(&i->reference);
	strv_free(&i->names);
	strv_free(&i->platforms);
	strv_free(&i->warnings);
	buf_free(&i->manifest_bytes);
	buf_free(&i->index_bytes);
	buf_free(&i->config_bytes);
	image_config_free(&i->config);
	reported_free(&i->reported);
	for (size_t n = 0; n < i->layer_count; n++)
		free(i->layers[n].media_type);
	free(i->layers);
	free(i->size_unknown);
	free(i);
	*image = NULL;
}

int image_check_name(const struct scanreq_image *image, struct scanreq_error *err)
{
	if (image->reference.domain || image->names.count < 2)
		return 0;
	return error_set(err, SCANREQ_CODE_NAME_AMBIGUOUS,
			 "the image has %zu names, %s and others: set %sname to choose one",
			 image->names.count, image->names.items[0],
			 image->reported ? "" : "select or ");
}
