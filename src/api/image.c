/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <scanreq/image.h>

#include "api/client.h"
#include "base/error.h"
#include "image/choice.h"
#include "image/set.h"

struct scanreq_selection *scanreq_selection_new(void)
{
	return calloc(1, sizeof(struct scanreq_selection));
}

void scanreq_selection_free(struct scanreq_selection *selection)
{
	if (!selection)
		return;
	free(selection->image);
	platform_free(&selection->platform);
	reference_free(&selection->name);
	free(selection);
}

static int selection_refuse(const char *criterion, const char *form, const char *value,
			    struct scanreq_error *err)
{
	int failed = error_set(err, SCANREQ_CODE_SETTING_INVALID, "%s must be %s, not \"%s\"",
			       criterion, form, value);

	return error_about(failed, criterion, err);
}

static int set_image(struct scanreq_selection *selection, const char *value,
		     struct scanreq_error *err)
{
	char *copy;
	int failed = value ? selector_check(value, err) : 0;

	if (failed)
		return failed;
	if (str_copy(&copy, value))
		return error_nomem(err);
	free(selection->image);
	selection->image = copy;
	return 0;
}

static int set_platform(struct scanreq_selection *selection, const char *value,
			struct scanreq_error *err)
{
	struct platform platform = { 0 };
	bool all = value && strcmp(value, "all") == 0;
	int failed = value && !all ? platform_parse(value, &platform, err) : 0;

	if (failed)
		return error_about(failed, "platform", err);
	platform_free(&selection->platform);
	selection->platform = platform;
	selection->platforms = all ? PLATFORMS_ALL : value ? PLATFORMS_ONE : PLATFORMS_DEFAULT;
	return 0;
}

static int set_digest_of(struct scanreq_selection *selection, const char *value,
			 struct scanreq_error *err)
{
	bool index = value && strcmp(value, "index") == 0;

	if (value && !index && strcmp(value, "platform") != 0)
		return selection_refuse("digest-of", "platform or index", value, err);
	selection->digest_of_index = index;
	return 0;
}

static int set_name(struct scanreq_selection *selection, const char *value,
		    struct scanreq_error *err)
{
	struct reference name = { 0 };
	int failed = value ? reference_parse(value, &name, err) : 0;

	if (failed)
		return failed;
	reference_free(&selection->name);
	selection->name = name;
	return 0;
}

static int set_switch(bool *to, const char *criterion, const char *value,
		      struct scanreq_error *err)
{
	bool on = false;

	if (value && !str_to_bool(value, &on))
		return selection_refuse(criterion, "true or false", value, err);
	*to = on;
	return 0;
}

int scanreq_selection_set(struct scanreq_selection *selection, enum scanreq_select criterion,
			  const char *value, struct scanreq_error *err)
{
	switch (criterion) {
	case SCANREQ_SELECT_IMAGE:
		return set_image(selection, value, err);
	case SCANREQ_SELECT_PLATFORM:
		return set_platform(selection, value, err);
	case SCANREQ_SELECT_DIGEST_OF:
		return set_digest_of(selection, value, err);
	case SCANREQ_SELECT_NAME:
		return set_name(selection, value, err);
	case SCANREQ_SELECT_REQUIRE_TAG_MATCH:
		return set_switch(&selection->require_tag_match, "require-tag-match", value,
				  err);
	case SCANREQ_SELECT_VERIFY_LAYERS:
		return set_switch(&selection->verify_layers, "verify-layers", value, err);
	case SCANREQ_SELECT_COUNT_:
		break;
	}
	return error_set(err, SCANREQ_CODE_ARGUMENT_INVALID, "there is no criterion %d",
			 (int)criterion);
}

int scanreq_image_open(struct scanreq_client *client, const char *name,
		       const struct scanreq_selection *selection, struct scanreq_image **image,
		       struct scanreq_error *err)
{
	static const struct scanreq_selection none;
	int failed;

	*image = NULL;
	failed = image_open(&client->images, name, selection ? selection : &none, image, err);
	return client_error(client, failed, err);
}

void scanreq_image_set_free(struct scanreq_image_set *set)
{
	if (!set)
		return;
	image_set_clear(set);
	free(set);
}

static void free_set(struct scanreq_image_set **set)
{
	scanreq_image_set_free(*set);
}

int scanreq_image_open_all(struct scanreq_client *client, const char *name,
			   const struct scanreq_selection *selection,
			   struct scanreq_image_set **set, struct scanreq_error *err)
{
	static const struct scanreq_selection none;
	struct scanreq_image_set *made CLEANUP(free_set) = calloc(1, sizeof(*made));
	int failed;

	*set = NULL;
	if (!made)
		return error_nomem(err);
	failed = image_open_all(&client->images, name, selection ? selection : &none, made, err);
	if (failed)
		return client_error(client, failed, err);
	for (size_t i = 0; i < made->count; i++)
		client_error(client, made->items[i].error.klass, &made->items[i].error);
	*set = TAKE(made);
	return 0;
}

size_t scanreq_image_set_count(const struct scanreq_image_set *set)
{
	return set->count;
}

int scanreq_image_set_take(struct scanreq_image_set *set, size_t i, struct scanreq_image **image,
			   struct scanreq_error *err)
{
	return image_set_take(set, i, image, err);
}

void scanreq_image_free(struct scanreq_image *image)
{
	image_free(&image);
}

const char *scanreq_image_fact(const struct scanreq_image *image, enum scanreq_fact fact)
{
	return (unsigned int)fact < SCANREQ_FACT_COUNT_ ? image->facts[fact] : NULL;
}

int64_t scanreq_image_size(const struct scanreq_image *image, enum scanreq_size size)
{
	switch (size) {
	case SCANREQ_SIZE_TOTAL:
		return image->size_total;
	case SCANREQ_SIZE_CONFIG:
		return image->reported ? -1 : (int64_t)image->config_bytes.len;
	case SCANREQ_SIZE_LAYERS:
		return image->size_layers;
	case SCANREQ_SIZE_UNIQUE:
		return image->size_unique;
	}
	return -1;
}

bool scanreq_image_created(const struct scanreq_image *image, int64_t *ms)
{
	if (image->config.created_state != CREATED_OK)
		return false;
	*ms = image->config.created_ms;
	return true;
}

static const struct strv *list_of(const struct scanreq_image *image, enum scanreq_list list)
{
	switch (list) {
	case SCANREQ_LIST_NAMES:
		return &image->names;
	case SCANREQ_LIST_PLATFORMS:
		return &image->platforms;
	case SCANREQ_LIST_WARNINGS:
		return &image->warnings;
	}
	return NULL;
}

size_t scanreq_image_count(const struct scanreq_image *image, enum scanreq_list list)
{
	const struct strv *v = list_of(image, list);

	return v ? v->count : 0;
}

const char *scanreq_image_item(const struct scanreq_image *image, enum scanreq_list list,
			       size_t i)
{
	const struct strv *v = list_of(image, list);

	return v && i < v->count ? v->items[i] : NULL;
}

int scanreq_image_check_name(const struct scanreq_image *image, struct scanreq_error *err)
{
	return image_check_name(image, err);
}

bool scanreq_image_layer(const struct scanreq_image *image, size_t i, const char **digest,
			 int64_t *size, const char **media_type)
{
	if (i >= image->layer_count)
		return false;
	*digest = image->layers[i].digest_text[0] ? image->layers[i].digest_text : NULL;
	*size = image->layers[i].size;
	*media_type = image->layers[i].media_type;
	return true;
}

bool scanreq_image_layers_verified(const struct scanreq_image *image)
{
	return image->layers_verified;
}

bool scanreq_image_label(const struct scanreq_image *image, size_t i, const char **name,
			 const char **value)
{
	if (i >= image->config.label_names.count)
		return false;
	*name = image->config.label_names.items[i];
	*value = image->config.label_values.items[i];
	return true;
}

const void *scanreq_image_raw(const struct scanreq_image *image,
			      enum scanreq_document document, size_t *len)
{
	const struct buf *bytes = NULL;

	switch (document) {
	case SCANREQ_DOCUMENT_MANIFEST:
		bytes = &image->manifest_bytes;
		break;
	case SCANREQ_DOCUMENT_INDEX:
		bytes = &image->index_bytes;
		break;
	case SCANREQ_DOCUMENT_CONFIG:
		bytes = &image->config_bytes;
		break;
	}
	*len = bytes ? bytes->len : 0;
	return bytes && bytes->len > 0 ? bytes->data : NULL;
}
