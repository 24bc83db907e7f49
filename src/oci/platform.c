/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/str.h"
#include "oci/platform.h"

#define UNKNOWN "unknown"

/* The members of a platform while they are normalised; "" is absent. */
struct names {
	const char *os;
	const char *architecture;
	const char *variant;
};

/* Other spellings, applied in this order. */
static const struct spelling {
	const char *architecture;
	const char *variant; /* NULL: any */
	const char *to_architecture;
	const char *to_variant; /* NULL: as it is */
} spellings[] = {
	{ "i386", NULL, "386", "" },
	{ "x86_64", NULL, "amd64", NULL },
	{ "x86-64", NULL, "amd64", NULL },
	{ "aarch64", NULL, "arm64", NULL },
	{ "armhf", NULL, "arm", "v7" },
	{ "armel", NULL, "arm", "v6" },
	{ "amd64", "v1", "amd64", "" },
	{ "arm64", "8", "arm64", "" },
	{ "arm64", "v8", "arm64", "" },
	{ "arm64", "v8.0", "arm64", "" },
	{ "arm64", "9", "arm64", "v9" },
	{ "arm64", "9.0", "arm64", "v9" },
	{ "arm64", "v9.0", "arm64", "v9" },
	{ "arm", "", "arm", "v7" },
	{ "arm", "5", "arm", "v5" },
	{ "arm", "6", "arm", "v6" },
	{ "arm", "7", "arm", "v7" },
	{ "arm", "8", "arm", "v8" },
};

static void normalise(struct names *names)
{
	if (strcmp(names->os, "macos") == 0)
		names->os = "darwin";
	for (size_t i = 0; i < ARRAY_LENGTH(spellings); i++) {
		const struct spelling *s = &spellings[i];

		if (strcmp(names->architecture, s->architecture) != 0 ||
		    (s->variant && strcmp(names->variant, s->variant) != 0))
			continue;
		names->architecture = s->to_architecture;
		if (s->to_variant)
			names->variant = s->to_variant;
	}
}

/* A lower-case copy; NULL is copied as "". NULL when out of memory. */
static char *lower(const char *s)
{
	char *copy = strdup(s ? s : "");

	for (char *c = copy; c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static int copy_members(struct platform *platform, const struct names *names)
{
	int failed;

	*platform = (struct platform){ 0 };
	failed = str_copy(&platform->os, names->os);
	if (!failed)
		failed = str_copy(&platform->architecture, names->architecture);
	if (!failed)
		failed = str_copy(&platform->variant, names->variant);
	if (failed)
		platform_free(platform);
	return failed;
}

int platform_make(struct platform *platform, const char *os, const char *architecture,
		  const char *variant)
{
	char *lower_os CLEANUP_FREE = lower(os);
	char *lower_architecture CLEANUP_FREE = lower(architecture);
	char *lower_variant CLEANUP_FREE = lower(variant);
	struct names names = { lower_os, lower_architecture, lower_variant };

	if (!lower_os || !lower_architecture || !lower_variant)
		return SCANREQ_E_NOMEM;
	normalise(&names);
	names.os = or_null(names.os);
	names.architecture = or_null(names.architecture);
	names.variant = or_null(names.variant);
	return copy_members(platform, &names);
}

/* "unknown" marks an attestation: nobody can ask for it. */
static bool valid_member(const char *s)
{
	return *s && strcasecmp(s, UNKNOWN) != 0 &&
	       s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "0123456789_.-")] == '\0';
}

int platform_parse(const char *text, struct platform *platform, struct scanreq_error *err)
{
	char *copy CLEANUP_FREE = strdup(text);
	char *rest = copy, *members[3] = { NULL };
	size_t count;
	bool valid = true;

	if (!copy)
		return error_nomem(err);
	for (count = 0; rest && count < ARRAY_LENGTH(members); count++) {
		members[count] = strsep(&rest, "/");
		valid = valid && valid_member(members[count]);
	}
	if (rest || count < 2 || !valid)
		return error_set(err, SCANREQ_CODE_SETTING_INVALID,
				 "\"%s\" is no platform: say os/architecture[/variant], "
				 "as in linux/arm64", text);
	if (platform_make(platform, members[0], members[1], members[2]))
		return error_nomem(err);
	return 0;
}

void platform_free(struct platform *platform)
{
	free(platform->os);
	free(platform->architecture);
	free(platform->variant);
	*platform = (struct platform){ 0 };
}

int platform_copy(struct platform *to, const struct platform *from)
{
	struct names names = { from->os, from->architecture, from->variant };

	return copy_members(to, &names);
}

static bool known(const char *member)
{
	return member && strcmp(member, UNKNOWN) != 0;
}

bool platform_known(const struct platform *platform)
{
	return known(platform->os) && known(platform->architecture);
}

bool platform_equal(const struct platform *a, const struct platform *b)
{
	return str_equal(a->os, b->os) && str_equal(a->architecture, b->architecture) &&
	       str_equal(a->variant, b->variant);
}

char *platform_format(const struct platform *platform)
{
	char *text = NULL;
	const char *variant = platform->variant;
	int len = asprintf(&text, "%s/%s%s%s", platform->os ? platform->os : UNKNOWN,
			   platform->architecture ? platform->architecture : UNKNOWN,
			   variant ? "/" : "", variant ? variant : "");

	return len < 0 ? NULL : text;
}
