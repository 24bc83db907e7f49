/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "image/name.h"

#define ID "49737e25e4fbbdc576edabf65b8e75ae3e3856e15bf52726e6db09189a5631ef"

static const struct accepted {
	const char *text;
	enum image_name_type type;
	const char *domain_or_path;
	const char *selector;
	const char *kind;
} accepted[] = {
	{ "nginx", IMAGE_NAME_REGISTRY, "docker.io", NULL, NULL },
	{ "docker://localhost:5000/a/b:1", IMAGE_NAME_REGISTRY, "localhost:5000", NULL, NULL },
	{ "docker-daemon:app:1", IMAGE_NAME_ENGINE, "app:1", NULL, NULL },
	{ "docker-daemon:" ID, IMAGE_NAME_ENGINE, ID, NULL, NULL },
	{ "docker-daemon:sha256:" ID, IMAGE_NAME_ENGINE, "sha256:" ID, NULL, NULL },
	{ "oci/app", IMAGE_NAME_REGISTRY, "docker.io", NULL, NULL },
	{ "-", IMAGE_NAME_ARCHIVE, "-", NULL, NULL },
	{ "./a.tar", IMAGE_NAME_ARCHIVE, "./a.tar", NULL, NULL },
	{ "./a:b", IMAGE_NAME_ARCHIVE, "./a:b", NULL, NULL },
	{ "../a.tar", IMAGE_NAME_ARCHIVE, "../a.tar", NULL, NULL },
	{ "/a.tar", IMAGE_NAME_ARCHIVE, "/a.tar", NULL, NULL },
	{ "docker-archive:a.tar", IMAGE_NAME_ARCHIVE, "a.tar", NULL, "docker-archive" },
	{ "docker-archive:-", IMAGE_NAME_ARCHIVE, "-", NULL, "docker-archive" },
	{ "docker-archive:a.tar:@1", IMAGE_NAME_ARCHIVE, "a.tar", "@1", "docker-archive" },
	{ "oci:dir", IMAGE_NAME_ARCHIVE, "dir", NULL, "oci" },
	{ "oci:dir:3.18", IMAGE_NAME_ARCHIVE, "dir", "3.18", "oci" },
	{ "oci-archive:a.tar:x/y:1", IMAGE_NAME_ARCHIVE, "a.tar", "x/y:1", "oci-archive" },
};

static void accepts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++) {
		const struct accepted *a = &accepted[i];
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		struct image_name name CLEANUP_IMAGE_NAME = { 0 };

		if (image_name_parse(a->text, &name, &err))
			fail_msg("%s: %s", a->text, err.message);
		assert_int_equal(name.type, a->type);
		assert_string_equal(a->type == IMAGE_NAME_ARCHIVE  ? name.path
				    : a->type == IMAGE_NAME_ENGINE ? name.engine_name
								   : name.reference.domain,
				    a->domain_or_path);
		assert_int_equal(name.selector == NULL, a->selector == NULL);
		if (a->selector)
			assert_string_equal(name.selector, a->selector);
		assert_int_equal(name.kind == NULL, a->kind == NULL);
		if (a->kind)
			assert_string_equal(name.kind, a->kind);
	}
}

static const struct refused {
	const char *text;
	const char *says;
} refused[] = {
	{ "docker-archive:", "has no path" },
	{ "docker-archive:a.tar:", "nothing follows" },
	{ "containers-storage:app", "podman save" },
	{ "docker-daemon:", "empty" },
	{ "docker-daemon:../app", "docker-daemon" },
	{ "docker-daemon:app?x=1", "docker-daemon" },
	{ "dir:somewhere", "skopeo" },
	{ "oci:", "has no path" },
	{ "oci:dir:", "nothing follows" },
	{ "https://example.com/app", "no scheme" },
	{ "UPPER/Case", "UPPER/Case" },
	{ "a b", "a b" },
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		struct image_name name CLEANUP_IMAGE_NAME = { 0 };

		assert_int_equal(image_name_parse(refused[i].text, &name, &err), SCANREQ_E_USAGE);
		if (!strstr(err.message, refused[i].says))
			fail_msg("%s: \"%s\" does not say \"%s\"", refused[i].text, err.message,
				 refused[i].says);
	}
}

static void remove_directory(char (*path)[32])
{
	rmdir(*path);
}

/* A forgotten "./" is found out before any network, and both ways out are named. */
static void refuses_existing_file(void **state)
{
	char directory[32] CLEANUP(remove_directory) = "/tmp/scanreq-test-XXXXXX";
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct image_name name CLEANUP_IMAGE_NAME = { 0 };
	char *before CLEANUP_FREE = getcwd(NULL, 0);
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	file = fopen("app", "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(mkdir("web", 0700), 0);
	assert_int_equal(image_name_parse("app", &name, &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "./app"));
	assert_non_null(strstr(err.message, "docker://app"));
	assert_int_equal(image_name_parse("docker://app", &name, &err), 0);
	image_name_free(&name);
	assert_int_equal(image_name_parse("web", &name, &err), 0); /* a folder is no archive */
	assert_int_equal(unlink("app"), 0);
	assert_int_equal(rmdir("web"), 0);
	assert_int_equal(chdir(before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_existing_file),
	};

	return cmocka_run_group_tests_name("image-name", tests, NULL, NULL);
}
