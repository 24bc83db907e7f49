/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/image-options.h"
#include "cli/option-table.h"

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

/* The library knows what a good value is. */
static int check_selection(int id, const char *value, struct scanreq_error *err)
{
	struct scanreq_selection *tried CLEANUP_SELECTION = scanreq_selection_new();

	return tried ? scanreq_selection_set(tried, (enum scanreq_select)id, value, err)
		     : error_nomem(err);
}

int image_options_set(struct image_options *options, const struct option_row *row,
		      const char *value, struct scanreq_error *err)
{
	bool selects = row->target == TARGET_SELECTION;
	char **text = selects ? &options->selection[row->id] : &options->parameters[row->id];
	int failed = selects ? check_selection(row->id, value, err) : 0;
	char *copy;

	if (failed)
		return failed;
	copy = strdup(value);
	if (!copy)
		return error_nomem(err);
	str_wipe(text);
	*text = copy;
	return 0;
}

int image_options_set_name(struct image_options *options, const char *name, const char *value,
			   struct scanreq_error *err)
{
	for (const struct option_row *row = option_table; row->name; row++) {
		if (row->target != TARGET_SELECTION && row->target != TARGET_PARAMETER)
			continue;
		if (strcmp(row->name, name) == 0)
			return image_options_set(options, row, value, err);
	}
	return error_set(err, SCANREQ_CODE_LIST_INVALID,
			 "\"%s\" is no option of one image: say \"platform\", \"tag\" or another"
			 " of the options about facts", name);
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
