/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "image/name.h"
#include "image/open.h"
#include "image/set.h"
#include "image/tag-match.h"
#include "source/archive/archive.h"
#include "source/engine/engine.h"
#include "source/layout/layout.h"

/* Whether a saved image is a layout: by its scheme, or as a directory. */
static bool is_layout(const struct image_name *name)
{
	struct stat st;

	if (name->kind)
		return strcmp(name->kind, "oci") == 0;
	return stat(name->path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The parameters of an open function; borrowed. */
struct opening {
	const struct image_context *context;
	const struct image_name *name;
	bool verify_layers;
};

static int open_registry(const struct opening *o, struct source *source, struct scanreq_error *err)
{
	return source_registry_open(&o->context->registry, &o->name->reference, source, err);
}

static int open_saved(const struct opening *o, struct source *source, struct scanreq_error *err)
{
	const struct source_options options = {
		.log = o->context->registry.log,
		.kind = o->name->kind,
		.verify_layers = o->verify_layers,
		.progress = o->context->progress,
	};

	return is_layout(o->name) ? source_layout_open(o->name->path, &options, source, err)
				  : source_archive_open(o->name->path, &options, source, err);
}

static int open_engine(const struct opening *o, struct source *source, struct scanreq_error *err)
{
	const struct daemon_context engine = {
		.transport = o->context->registry.transport,
		.log = o->context->registry.log,
		.socket = o->context->engine_socket,
	};

	return source_daemon_open(&engine, o->name->engine_name, source, err);
}

/* A row for each type of name. */
static const struct opener {
	int (*open)(const struct opening *o, struct source *source, struct scanreq_error *err);
	const char *noun; /* in errors */
	bool has_layers;  /* layers can be read */
} openers[] = {
	[IMAGE_NAME_REGISTRY] = { open_registry, "a registry", false },
	[IMAGE_NAME_ARCHIVE] = { open_saved, "a saved image", true },
	[IMAGE_NAME_ENGINE] = { open_engine, "an engine", false },
};

static int require_tag_match(const struct registry_context *context,
			     const struct image_name *name, const char *input,
			     struct scanreq_error *err)
{
	int failed = tag_match_possible(name, input, err);

	return failed ? failed : tag_match_check(context, &name->reference, err);
}

/* Checked before anything is opened. */
static int check_verify_layers(const struct image_name *name, const char *input,
			       struct scanreq_error *err)
{
	if (openers[name->type].has_layers)
		return 0;
	return error_about(error_set(err, SCANREQ_CODE_SOURCE_UNSUITABLE,
				     "verify-layers is for saved images, not for %s: the layers of "
				     "%s are not downloaded", input, openers[name->type].noun),
			   "verify-layers", err);
}

/* Whether a name looks like a saved image's file. */
static bool is_like_file(const char *input)
{
	struct stat st;

	return strstr(input, ".tar") || str_suffix(input, ".tgz") || str_suffix(input, ".oci") ||
	       stat(input, &st) == 0;
}

/*
 * A name without a host means Docker Hub, but the user may have meant a file or another
 * registry: the error names the whole reference.
 */
static int say_taken_for(const struct image_name *name, const char *input, int failed,
			 struct scanreq_error *err)
{
	char *whole CLEANUP_FREE = NULL;
	bool file;

	if (name->type != IMAGE_NAME_REGISTRY || failed == SCANREQ_E_NOMEM ||
	    failed == SCANREQ_E_USAGE || failed == SCANREQ_E_CANCELLED ||
	    strcmp(name->reference.domain, REFERENCE_HUB) != 0 ||
	    strstr(input, REFERENCE_HUB "/") || str_prefix(input, "docker://", NULL))
		return failed;
	whole = reference_format(&name->reference);
	if (!whole)
		return error_nomem(err);
	file = is_like_file(input);
	return error_prefix(err, failed, "%s was taken for %s%s%s%s", input, whole,
			    file ? " (a file is ./" : "", file ? input : "", file ? ")" : "");
}

int image_open_all(const struct image_context *context, const char *input,
		   const struct scanreq_selection *selection, struct scanreq_image_set *set,
		   struct scanreq_error *err)
{
	struct image_name name CLEANUP_IMAGE_NAME = { 0 };
	struct source source CLEANUP_SOURCE = { 0 };
	const struct opening opening = { context, &name, selection->verify_layers };
	struct scanreq_selection effective = *selection; /* borrows */
	int failed = image_name_parse(input, &name, err);

	if (failed)
		return failed;
	if (name.selector && selection->image)
		return error_about(error_set(err, SCANREQ_CODE_SETTINGS_CONFLICT,
					     "%s names an image of the archive already: leave "
					     "select out", input),
				   "select", err);
	if (name.selector)
		effective.image = name.selector;
	if (selection->verify_layers)
		failed = check_verify_layers(&name, input, err);
	if (!failed && selection->require_tag_match)
		failed = require_tag_match(&context->registry, &name, input, err);
	if (!failed)
		failed = openers[name.type].open(&opening, &source, err);
	if (!failed)
		failed = image_set_read(&source, input, &effective, set, err);
	if (failed)
		return say_taken_for(&name, input, failed, err);
	for (size_t i = 0; i < set->count; i++)
		if (set->items[i].image && set->items[i].image->layers_verified)
			log_info(context->registry.log, "%s: layers verified: %zu", input,
				 set->items[i].image->layer_count);
	return 0;
}

int image_open(const struct image_context *context, const char *input,
	       const struct scanreq_selection *selection, struct scanreq_image **image,
	       struct scanreq_error *err)
{
	struct scanreq_image_set set CLEANUP_IMAGE_SET = { 0 };
	int failed;

	if (selection->platforms == PLATFORMS_ALL)
		return error_set(err, SCANREQ_CODE_ARGUMENT_INVALID,
				 "platform \"all\" may be several images: one is to be opened");
	failed = image_open_all(context, input, selection, &set, err);
	return failed ? failed : image_set_take(&set, 0, image, err);
}
