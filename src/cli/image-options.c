/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/image-options.h"

void selection_free(struct scanreq_selection **selection)
{
	scanreq_selection_free(*selection);
}

void image_options_free(struct image_options *options)
{
	for (size_t i = 0; i < SCANREQ_SELECT_COUNT_; i++)
		free(options->selection[i]);
	for (size_t i = 0; i < SCANREQ_PARAM_COUNT_; i++)
		str_wipe(&options->parameters[i]);
	memset(options, 0, sizeof(*options));
}

int image_options_selection(const struct image_options *common,
			    const struct image_options *own,
			    struct scanreq_selection **selection, struct scanreq_error *err)
{
	struct scanreq_selection *made CLEANUP_SELECTION = scanreq_selection_new();

	if (!made)
		return error_nomem(err);
	for (int i = 0; i < SCANREQ_SELECT_COUNT_; i++) {
		const char *value = own->selection[i] ? own->selection[i] : common->selection[i];
		int failed = value ? scanreq_selection_set(made, (enum scanreq_select)i, value, err)
				   : 0;

		if (failed)
			return failed;
	}
	*selection = TAKE(made);
	return 0;
}
