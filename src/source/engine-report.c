/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "source/engine-report.h"

struct reported *reported_new(void)
{
	struct reported *made = calloc(1, sizeof(*made));

	if (made)
		made->size = made->tagged_ms = -1;
	return made;
}

void reported_free(struct reported **reported)
{
	struct reported *r = *reported;

	if (!r)
		return;
	free(r->engine);
	free(r->tagged);
	image_config_free(&r->config);
	free(r);
	*reported = NULL;
}
