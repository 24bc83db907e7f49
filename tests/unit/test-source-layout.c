/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "image/image.h"
#include "source/oci-index.h"
#include "source/layout/layout.h"
#include "tests/unit/opened.h"
#include "tests/unit/read-one.h"
#include "tests/unit/unpacked.h"

#define LAYOUT "testdata/archives/buildx-oci.tar"
#define OTHER_BYTES "{}"

#define INDEX_OF_V1                                                                     \
	"{\"schemaVersion\":2,\"manifests\":[{"                                            \
	"\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":557,"        \
	"\"digest\":\"sha256:"                                                            \
	"f862c21d3dd204b54b76f9547e178d7400700b375f325296f110a0b2e47b909d\","               \
	"\"annotations\":{\"org.opencontainers.image.ref.name\":\"V1\"}}]}"

/* A directory that each test makes wrong in its own way. */
struct fixture {
	char *directory;
	struct source source;
	struct candidates candidates;
	struct scanreq_error err;
};

#define BENCH { .directory = unpack(LAYOUT), .err = SCANREQ_ERROR_INIT }

static void fixture_free(struct fixture *b)
{
	candidates_free(&b->candidates);
	source_close(&b->source);
	unpacked_free(&b->directory);
}
#define CLEANUP_BENCH CLEANUP(fixture_free)

static char *path_in(const struct fixture *b, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", b->directory, name) > 0);
	return path;
}

/* NULL removes the file. */
static void put(const struct fixture *b, const char *name, const char *text)
{
	char *path CLEANUP_FREE = path_in(b, name);
	FILE *file;

	remove(path);
	if (!text)
		return;
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int open_and_list(struct fixture *b)
{
	int failed = source_layout_open(b->directory, &default_options, &b->source, &b->err);

	return failed ? failed : source_list(&b->source, &b->candidates, &b->err);
}

static void fails(struct fixture *b, int klass, const char *says)
{
	assert_int_equal(open_and_list(b), klass);
	if (!strstr(b->err.message, says))
		fail_msg("\"%s\" does not say \"%s\"", b->err.message, says);
}

static const struct wrong {
	const char *name;
	const char *text;
	const char *says;
} wrongs[] = {
	{ "oci-layout", NULL, "oci-layout" },
	{ "oci-layout", "{", "oci-layout" },
	{ "oci-layout", "[]", "no JSON object" },
	{ "oci-layout", "{}", "imageLayoutVersion" },
	{ "oci-layout", "{\"imageLayoutVersion\": 1}", "imageLayoutVersion" },
	{ "oci-layout", "{\"imageLayoutVersion\": \"2.0.0\"}", "version 2.0.0" },
	{ "index.json", NULL, "index.json is not in the directory" },
	{ "index.json", "null", "index.json" },
	{ "index.json", "{\"schemaVersion\":2,\"manifests\":[]}", "lists no image" },
};

static void refuses_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(wrongs); i++) {
		struct fixture b CLEANUP_BENCH = BENCH;

		put(&b, wrongs[i].name, wrongs[i].text);
		fails(&b, SCANREQ_E_UNREADABLE, wrongs[i].says);
	}
}

static void says_what_a_directory_is(void **state)
{
	struct fixture b CLEANUP_BENCH = BENCH;

	(void)state;
	put(&b, "oci-layout", NULL);
	put(&b, "index.json", NULL);
	fails(&b, SCANREQ_E_UNREADABLE, "no OCI layout");
	put(&b, "manifest.json", "[]");
	fails(&b, SCANREQ_E_UNREADABLE, "tar -C");
	put(&b, "version", "Directory Transport Version: 1.1\n");
	fails(&b, SCANREQ_E_UNREADABLE, "dir:");
	put(&b, "version", NULL);
	put(&b, "manifest.json", NULL);
	unpacked_free(&b.directory);
	b.directory = strdup("/nonexistent/layout");
	fails(&b, SCANREQ_E_NOT_FOUND, "/nonexistent/layout");
}

static char *manifest_path(struct fixture *b)
{
	char name[BLOB_PATH_SIZE];

	assert_int_equal(open_and_list(b), 0);
	return path_in(b, blob_path(&b->candidates.items[0].descriptor.digest, name));
}

static int read_manifest(struct fixture *b)
{
	struct source_document document CLEANUP(source_document_free) = { 0 };
	struct digest digest;

	return source_manifest(&b->source, b->candidates.items, NULL, &document, &digest,
			       &b->err);
}

/* A FIFO would hold the reader for good, a device or a directory is no blob. */
static void reads_regular_files_only(void **state)
{
	struct fixture b CLEANUP_BENCH = BENCH;
	char *path CLEANUP_FREE = manifest_path(&b);

	(void)state;
	assert_int_equal(remove(path), 0);
	assert_int_equal(read_manifest(&b), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "is not in the directory"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(read_manifest(&b), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "no regular file"));
	assert_int_equal(remove(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_int_equal(read_manifest(&b), SCANREQ_E_UNREADABLE);
	assert_int_equal(remove(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(read_manifest(&b), SCANREQ_E_UNREADABLE);
}

/* Whether something was opened since the watch for that was set. */
static bool was_opened(int watch)
{
	char events[sizeof(struct inotify_event) + NAME_MAX + 1]
		__attribute__((aligned(__alignof__(struct inotify_event))));

	return read(watch, events, sizeof(events)) > 0;
}

/* Opening is enough to make a device act, and a link of a layout may lead to any. */
static void does_not_open_what_is_no_file(void **state)
{
	struct fixture b CLEANUP_BENCH = BENCH;
	char *path CLEANUP_FREE = manifest_path(&b);
	char *device CLEANUP_FREE = path_in(&b, "device");
	int watch CLEANUP_CLOSE = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int opened;

	(void)state;
	assert_int_equal(mkfifo(device, 0600), 0);
	assert_int_equal(remove(path), 0);
	assert_int_equal(symlink(device, path), 0);
	assert_true(inotify_add_watch(watch, device, IN_OPEN) >= 0);
	assert_int_equal(read_manifest(&b), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(b.err.message, "no regular file"));
	assert_false(was_opened(watch));
	/* The watch sees what it must see. */
	opened = open(device, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(opened >= 0);
	close(opened);
	assert_true(was_opened(watch));
}

static void index_and_version_are_files_too(void **state)
{
	static const char *const names[] = { "index.json", "oci-layout" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		struct fixture b CLEANUP_BENCH = BENCH;
		char *path CLEANUP_FREE = path_in(&b, names[i]);

		assert_int_equal(remove(path), 0);
		assert_int_equal(symlink("/dev/zero", path), 0);
		fails(&b, SCANREQ_E_UNREADABLE, "no regular file");
	}
}

/* Blobs that layouts share are links; what they lead to is verified like any other. */
static void follows_links_and_verifies(void **state)
{
	struct fixture b CLEANUP_BENCH = BENCH;
	char *path CLEANUP_FREE = manifest_path(&b);
	char *elsewhere CLEANUP_FREE = path_in(&b, "shared");

	(void)state;
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, path), 0);
	assert_int_equal(read_manifest(&b), 0);
	put(&b, "shared", OTHER_BYTES);
	assert_int_equal(read_manifest(&b), SCANREQ_E_MISMATCH);
}

/* skopeo and umoci choose by the bare tag in index.json, which is no name. */
static void chooses_by_bare_tag(void **state)
{
	struct scanreq_selection selection = { .image = (char[]){ "1.36" } };
	struct fixture b CLEANUP_BENCH = BENCH;
	struct scanreq_image *image CLEANUP(image_free) = NULL;

	(void)state;
	assert_int_equal(source_layout_open(b.directory, &default_options, &b.source, &b.err), 0);
	assert_int_equal(read_one(&b.source, "x", &selection, &image, &b.err), 0);
	assert_string_equal(image->facts[SCANREQ_FACT_REFERENCE],
			    "docker.io/library/busybox:1.36");
	selection.image = (char[]){ "1.37" };
	assert_int_equal(read_one(&b.source, "x", &selection, &image, &b.err),
			 SCANREQ_E_NOT_FOUND);
	assert_non_null(strstr(b.err.message, "@0 (docker.io/library/busybox:1.36, 1.36)"));
}

/* What index.json calls an image need not be a reference: choosing by it is no error. */
static void chooses_by_what_is_no_reference(void **state)
{
	struct scanreq_selection selection = { .image = (char[]){ "V1" } };
	struct fixture b CLEANUP_BENCH = BENCH;
	struct scanreq_image *image CLEANUP(image_free) = NULL;

	(void)state;
	put(&b, "index.json", INDEX_OF_V1);
	assert_int_equal(source_layout_open(b.directory, &default_options, &b.source, &b.err), 0);
	assert_int_equal(read_one(&b.source, "x", &selection, &image, &b.err), 0);
	assert_int_equal(b.err.klass, SCANREQ_OK);
	assert_null(image->facts[SCANREQ_FACT_REFERENCE]);
	selection.image = (char[]){ "V2" };
	assert_int_equal(read_one(&b.source, "x", &selection, &image, &b.err),
			 SCANREQ_E_USAGE);
	assert_non_null(strstr(b.err.message, "V2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_wrong),
		cmocka_unit_test(says_what_a_directory_is),
		cmocka_unit_test(reads_regular_files_only),
		cmocka_unit_test(does_not_open_what_is_no_file),
		cmocka_unit_test(index_and_version_are_files_too),
		cmocka_unit_test(follows_links_and_verifies),
		cmocka_unit_test(chooses_by_bare_tag),
		cmocka_unit_test(chooses_by_what_is_no_reference),
	};

	return cmocka_run_group_tests_name("source-layout", tests, NULL, NULL);
}
