/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/str.h"
#include "image/name.h"
#include "source/engine/image.h"

/* Schemes of other tools, and what to do instead. */
static const struct foreign_scheme {
	const char *prefix;
	const char *advice;
} foreign_schemes[] = {
	{ "dir:", "copy the image with skopeo to oci:DIR or docker-archive:FILE" },
	{ "containers-storage:", "pipe it in: podman save IMAGE | scanreq ... -" },
	{ "http://", "a reference has no scheme: use HOST/NAME:TAG" },
	{ "https://", "a reference has no scheme: use HOST/NAME:TAG" },
};

static int refuse_foreign(const char *text, struct scanreq_error *err)
{
	for (size_t i = 0; i < ARRAY_LENGTH(foreign_schemes); i++)
		if (str_prefix(text, foreign_schemes[i].prefix, NULL))
			return error_set(err, SCANREQ_CODE_SCHEME_UNSUPPORTED,
					 "%s is not supported: %s", foreign_schemes[i].prefix,
					 foreign_schemes[i].advice);
	return 0;
}

/* A forgotten "./" must not become a request to a registry. */
static int refuse_file(const char *text, struct scanreq_error *err)
{
	struct stat st;

	if (stat(text, &st) != 0 || S_ISDIR(st.st_mode))
		return 0;
	return error_set(err, SCANREQ_CODE_INPUT_AMBIGUOUS,
			 "%s is a file here and could be a registry image: say ./%s or docker://%s",
			 text, text, text);
}

static int set_archive(struct image_name *name, const char *path, size_t len,
		       struct scanreq_error *err)
{
	name->type = IMAGE_NAME_ARCHIVE;
	name->path = strndup(path, len);
	return name->path ? 0 : error_nomem(err);
}

/* PATH[:REF|:@N]: the path ends at the first colon. */
static int parse_scheme_path(const char *rest, struct image_name *name, struct scanreq_error *err)
{
	size_t len = strcspn(rest, ":");

	if (len == 0)
		return error_set(err, SCANREQ_CODE_REFERENCE_INVALID,
				 "%s: has no path: say %s:PATH", name->kind, name->kind);
	if (rest[len] == ':') {
		if (rest[len + 1] == '\0')
			return error_set(err, SCANREQ_CODE_REFERENCE_INVALID,
					 "%s: nothing follows the path's colon: say REF or @N",
					 name->kind);
		if (str_copy(&name->selector, rest + len + 1))
			return error_nomem(err);
	}
	return set_archive(name, rest, len, err);
}

/* A reference or an id: the engine resolves it. */
static int parse_engine(const char *rest, struct image_name *name, struct scanreq_error *err)
{
	int failed = engine_name_check(rest, err);

	if (failed)
		return error_prefix(err, failed, "docker-daemon");
	name->type = IMAGE_NAME_ENGINE;
	return str_copy(&name->engine_name, rest) ? error_nomem(err) : 0;
}

static int parse_registry(const char *rest, struct image_name *name, struct scanreq_error *err)
{
	return reference_parse(rest, &name->reference, err);
}

static const struct scheme {
	const char *prefix;
	int (*parse)(const char *rest, struct image_name *name, struct scanreq_error *err);
	const char *kind; /* the form of a saved image */
} schemes[] = {
	{ "docker-archive:", parse_scheme_path, "docker-archive" },
	{ "oci-archive:", parse_scheme_path, "oci-archive" },
	{ "oci:", parse_scheme_path, "oci" },
	{ "docker-daemon:", parse_engine, NULL },
	{ "docker://", parse_registry, NULL },
};

static bool is_path(const char *text)
{
	return strcmp(text, "-") == 0 || *text == '/' || str_prefix(text, "./", NULL) ||
	       str_prefix(text, "../", NULL);
}

static int image_name_split(const char *text, struct image_name *name,
			    struct scanreq_error *err)
{
	const char *rest;
	int failed;

	if (is_path(text))
		return set_archive(name, text, strlen(text), err);
	for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++)
		if (str_prefix(text, schemes[i].prefix, &rest)) {
			name->kind = schemes[i].kind;
			return schemes[i].parse(rest, name, err);
		}
	failed = refuse_foreign(text, err);
	if (!failed)
		failed = refuse_file(text, err);
	return failed ? failed : parse_registry(text, name, err);
}

int image_name_parse(const char *text, struct image_name *name, struct scanreq_error *err)
{
	int failed;

	memset(name, 0, sizeof(*name));
	failed = image_name_split(text, name, err);
	if (failed)
		image_name_free(name);
	return failed;
}

void image_name_free(struct image_name *name)
{
	reference_free(&name->reference);
	free(name->path);
	free(name->engine_name);
	free(name->selector);
	memset(name, 0, sizeof(*name));
}
