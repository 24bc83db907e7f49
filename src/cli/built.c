/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <scanreq/reference.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/built.h"
#include "cli/diagnostics.h"
#include "pipeline/builder-file.h"

/* Whether an IMAGE is not a registry reference: a saved image, an engine, a pipe. */
static bool is_elsewhere(const char *image)
{
	static const char *const others[] = {
		"/", "./", "../", "docker-archive:", "oci-archive:", "oci:", "docker-daemon:",
		"containers-storage:", "dir:",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(others); i++)
		if (str_prefix(image, others[i], NULL))
			return true;
	return strcmp(image, "-") == 0;
}

/* kaniko writes its digest alone and with names; the first adds nothing to the second. */
static bool is_named_elsewhere(const struct build_result *result, const char *digest)
{
	for (size_t i = 0; i < result->count; i++)
		if (result->items[i].name && strcmp(result->items[i].digest, digest) == 0)
			return true;
	return false;
}

/*
 * The file cannot choose the scheme: without one, a name such as ./app.tar would be a file
 * of this machine.
 */
static int built_add(struct settings *s, const char *name, const char *digest)
{
	return strv_addf(&s->built, "docker://%s@%s", name, digest) ? memory_error() : 0;
}

static void reference_done(struct scanreq_reference **reference)
{
	scanreq_reference_free(*reference);
}

/* Takes the IMAGE of the command line as the name of a digest without a name. */
static int add_nameless(struct settings *s, const char *digest)
{
	struct scanreq_reference *reference CLEANUP(reference_done) = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	const char *image = s->image_count == 1 ? s->images[0] : NULL;
	const char *own;

	if (!image || is_elsewhere(image))
		return usage_error("--from gives a digest without a name, %s: name its image, as "
				   "in REGISTRY/NAME:TAG", digest);
	str_prefix(image, "docker://", &image);
	if (scanreq_reference_parse(image, &reference, &err))
		return complaint(&err);
	own = scanreq_reference_part(reference, SCANREQ_REFERENCE_DIGEST);
	if (own && strcmp(own, digest) != 0)
		return usage_error("--from says %s, but the IMAGE says %s", digest, own);
	if (own)
		return 0;
	s->image_count = 0;
	return built_add(s, image, digest);
}

static int resolve(struct settings *s, const struct build_result *result)
{
	const char *nameless = NULL;
	int failed = 0;

	for (size_t i = 0; i < result->count && !failed; i++) {
		const struct pushed_image *p = &result->items[i];

		if (p->name)
			failed = built_add(s, p->name, p->digest);
		else if (is_named_elsewhere(result, p->digest))
			continue;
		else if (nameless)
			failed = usage_error("--from gives two digests without names, %s and %s",
					     nameless, p->digest);
		else
			nameless = p->digest;
	}
	return nameless && !failed ? add_nameless(s, nameless) : failed;
}

int built_read(struct settings *settings)
{
	struct build_result result CLEANUP_BUILD_RESULT = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	for (size_t i = 0; i < settings->from.count; i++)
		if (builder_file_read(settings->from.items[i], &result, &err)) {
			error_about(err.klass, "from", &err);
			return complaint(&err);
		}
	for (size_t i = 0; i < result.notes.count && settings->verbosity > 0; i++)
		notice("%s", result.notes.items[i]);
	return resolve(settings, &result);
}
