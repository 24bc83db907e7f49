/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/inputs.h"

int inputs_open(struct inputs *inputs, const struct settings *settings,
		struct scanreq_error *err)
{
	*inputs = (struct inputs){ .settings = settings };
	return settings->images_from
		       ? image_list_open(settings->images_from, &inputs->list, err)
		       : 0;
}

void inputs_close(struct inputs *inputs)
{
	image_list_close(&inputs->list);
}

void inputs_stop_at(struct inputs *inputs, int fd)
{
	if (inputs->list)
		image_list_stop_at(inputs->list, fd);
}

bool inputs_are_any(const struct settings *settings)
{
	return settings->image_count > 0 || settings->built.count > 0 || settings->images_from;
}

bool inputs_are_many(const struct settings *settings)
{
	return settings->image_count + (int)settings->built.count > 1 || settings->images_from;
}

/* An empty list is most likely the result of an earlier step that failed. */
static int end_of_inputs(const struct inputs *inputs, struct scanreq_error *err)
{
	if (inputs->read > 0)
		return 0;
	return error_set(err, SCANREQ_CODE_LIST_INVALID, "the list %s names no image",
			 inputs->settings->images_from);
}

static int any_next(struct inputs *inputs, struct image_entry *entry,
		    struct scanreq_error *err)
{
	const struct settings *s = inputs->settings;

	if (inputs->argument < s->image_count) {
		const char *image = s->images[inputs->argument++];

		return str_copy(&entry->image, image) ? error_nomem(err) : 1;
	}
	if (inputs->built < s->built.count) {
		const char *image = s->built.items[inputs->built++];

		return str_copy(&entry->image, image) ? error_nomem(err) : 1;
	}
	if (inputs->list)
		return image_list_next(inputs->list, entry, err);
	/* Without any IMAGE the overrides alone make one request. */
	return !inputs_are_any(s) && inputs->read == 0;
}

int inputs_next(struct inputs *inputs, struct image_entry *entry, struct scanreq_error *err)
{
	const struct shard *shard = &inputs->settings->shard;
	bool mine = true;
	int got;

	do {
		image_entry_free(entry);
		got = any_next(inputs, entry, err);
		if (got < 0)
			return got;
		if (got == 0)
			return inputs->list ? end_of_inputs(inputs, err) : 0;
		inputs->read++;
		if (entry->image && shard_has(shard, entry->image, &mine, err))
			return SCANREQ_E_NOMEM;
	} while (!mine);
	return 1;
}
