/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "pipeline/builder-file.h"

#define A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static int parse(const char *text, struct build_result *result, struct scanreq_error *err)
{
	struct buf buf CLEANUP_BUF = BUF_INIT(LIMIT_BUILD_RESULT);

	buf_puts(&buf, text);
	return builder_file_parse(&buf, result, err);
}

/* What a file says, as "name@digest" lines, "-" for no name. */
static const struct {
	const char *what, *text, *expected;
} forms[] = {
	{ "buildx",
	  "{\"buildx.build.ref\": \"x\", \"containerimage.digest\": \"" A "\","
	  " \"containerimage.config.digest\": \"" B
	  "\", \"image.name\": \"r.io/a/b:1\"}",
	  "r.io/a/b:1@" A "\n" },
	{ "buildx, two repositories and two tags",
	  "{\"containerimage.digest\": \"" A "\","
	  " \"image.name\": \"r.io/a:1, r.io/a:latest,s.io:5000/a:1\"}",
	  "r.io/a:1@" A "\ns.io:5000/a:1@" A "\n" },
	{ "imagetools create",
	  "{\"containerimage.descriptor\": {\"digest\": \"" A "\","
	  " \"size\": 5}, \"image.name\": \"r.io/a\"}",
	  "r.io/a@" A "\n" },
	{ "buildah",
	  "{\"containerimage.digest\":\"" A "\",\"containerimage.config.digest\":\"" B
	  "\"}",
	  "-@" A "\n" },
	{ "bake",
	  "{\"buildx.build.warnings\": {\"containerimage.digest\": \"" B "\"},"
	  "\"web\": {\"containerimage.digest\": \"" A
	  "\", \"image.name\": \"r.io/web:1\"},"
	  "\"api\": {\"containerimage.digest\": \"" B
	  "\", \"image.name\": \"r.io/api:1\"},"
	  "\"tests\": {}}",
	  "r.io/web:1@" A "\nr.io/api:1@" B "\n" },
	{ "jib",
	  "{\"image\": \"r.io/app\", \"imageId\": \"" B "\", \"imageDigest\": \"" A
	  "\","
	  " \"tags\": [\"1\", \"latest\"], \"imagePushed\": true}",
	  "r.io/app:1@" A "\n" },
	{ "jib, tag in the name",
	  "{\"image\": \"r.io:5000/app:2\", \"imageId\": \"" B "\","
	  " \"imageDigest\": \"" A "\", \"tags\": [\"2\"]}",
	  "r.io:5000/app:2@" A "\n" },
	{ "kaniko's BUILDER_OUTPUT",
	  "{\"name\":\"r.io/a:1\",\"digest\":\"" A "\"}\n"
	  "{\"name\":\"r.io/b:1\",\"digest\":\"" B "\"}\n",
	  "r.io/a:1@" A "\nr.io/b:1@" B "\n" },
	{ "one line of it", "{\"name\":\"r.io/a:1\",\"digest\":\"" A "\"}",
	  "r.io/a:1@" A "\n" },
	{ "image refs", "r.io/a@" A "\r\nr.io:5000/b:2@" B "\n\n",
	  "r.io/a@" A "\nr.io:5000/b:2@" B "\n" },
	{ "a digest", A "\n", "-@" A "\n" },
	{ "a digest without newline", A, "-@" A "\n" },
	{ "docker push",
	  "The push refers to repository [r.io/shop/web]\n5f70bf18a086: Preparing\n"
	  "5f70bf18a086: Pushed\n1.4: digest: " A " size: 1234\n"
	  "The push refers to repository [docker.io/library/x]\n"
	  "latest: digest: " B " size: 99\n",
	  "r.io/shop/web:1.4@" A "\ndocker.io/library/x:latest@" B "\n" },
	{ "Tekton's IMAGES", "r.io/a:1@" A ",r.io/b:1@" B "\n",
	  "r.io/a:1@" A "\nr.io/b:1@" B "\n" },
	{ "a comma and a blank", "r.io/a:1@" A ", r.io/b:2@" B,
	  "r.io/a:1@" A "\nr.io/b:2@" B "\n" },
	{ "blanks and a tab", " r.io/a@" A "  r.io/b@" B "\tr.io/c@" A ",\n",
	  "r.io/a@" A "\nr.io/b@" B "\nr.io/c@" A "\n" },
	{ "with a scheme", "docker://r.io/a:1@" A "\n", "r.io/a:1@" A "\n" },
	{ "names that differ by what docker fills in",
	  "index.docker.io/library/x:1@" A "\nx:1@" A "\n",
	  "docker.io/library/x:1@" A "\n" },
	{ "byte order marks", "\xef\xbb\xbfr.io/a@" A "\xc2\xa0\n", "r.io/a@" A "\n" },
	{ "a byte order mark before JSON",
	  "\xef\xbb\xbf{\"containerimage.digest\": \"" A "\"}\r\n", "-@" A "\n" },
	{ "a name that repeats the digest",
	  "{\"containerimage.digest\": \"" A "\", \"image.name\": \"r.io/a:1@" A
	  "\"}",
	  "r.io/a:1@" A "\n" },
	{ "the same twice", "r.io/a@" A "\nr.io/a@" A "\n", "r.io/a@" A "\n" },
};

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
		struct build_result result CLEANUP_BUILD_RESULT = { 0 };
		struct buf got CLEANUP_BUF = BUF_INIT(4096);
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (parse(forms[i].text, &result, &err))
			fail_msg("%s: %s", forms[i].what, err.message);
		for (size_t k = 0; k < result.count; k++)
			buf_addf(&got, "%s@%s\n",
				 result.items[k].name ? result.items[k].name : "-",
				 result.items[k].digest);
		if (strcmp(buf_str(&got), forms[i].expected) != 0)
			fail_msg("%s: %s", forms[i].what, buf_str(&got));
	}
}

static void test_notes(void **state)
{
	struct build_result result CLEANUP_BUILD_RESULT = { 0 };

	(void)state;
	assert_int_equal(parse("r.io/a:1@" A "\nr.io/a:latest@" A "\n", &result, NULL), 0);
	assert_int_equal(result.count, 1);
	assert_int_equal(result.notes.count, 1);
	assert_string_equal(result.notes.items[0],
			    "r.io/a:latest is the same image as r.io/a:1 and is left out");
	/* kaniko names the image without and with its tag. */
	assert_int_equal(parse("r.io/k@" A "\n", &result, NULL), 0);
	assert_int_equal(parse("r.io/k:1@" A "\nr.io/k@" A "\n", &result, NULL), 0);
	assert_int_equal(result.count, 2);
	assert_int_equal(result.notes.count, 1);
	assert_string_equal(result.items[1].name, "r.io/k:1");
	/* jib pushes one image under all of its tags. */
	assert_int_equal(parse("{\"image\": \"r.io/j:1\", \"imageDigest\": \"" B
			       "\", \"tags\": [\"1\", \"latest\", \"v1\"]}",
			       &result, NULL),
			 0);
	assert_int_equal(result.count, 3);
	assert_string_equal(result.items[2].name, "r.io/j:1");
	assert_int_equal(result.notes.count, 3);
	assert_string_equal(result.notes.items[1],
			    "r.io/j:latest is the same image as r.io/j:1 and is left out");
	assert_string_equal(result.notes.items[2],
			    "r.io/j:v1 is the same image as r.io/j:1 and is left out");
	/* Another digest under another tag is another image. */
	assert_int_equal(parse("r.io/a:2@" B "\n", &result, NULL), 0);
	assert_int_equal(result.count, 4);
}

static const struct {
	const char *text, *says;
} refused[] = {
	{ "", "names no image" },
	{ "\n \n", "names no image" },
	{ "{}", "not a known builder" },
	{ "[]", "not a known builder" },
	{ "5", "not a known builder" },
	{ "hello\n", "line 1: the text is neither" },
	{ "r.io/a@" A "\n\nr.io/a:1\n", "line 3: the text is neither" },
	{ "sha256:abc\n", "neither" },
	{ "r.io/a@sha256:abc\n", "is not a digest" },
	{ "@" A "\n", "invalid reference" },
	{ "r.io/a b@" A "\n", "neither" },
	{ "user:secret@r.io/a@" A "\n", "two \"@\"" },
	{ "r.io/a:1@" A "@" B "\n", "line 1: one image has two \"@\"" },
	{ "r.io/a@" A ";r.io/b@" B "\n", "two \"@\"" },
	{ "r.io/a@" A ",r.io/b:1\n", "neither" },
	{ "oci:r.io/a@" A "\n", "invalid reference" },
	{ "r.io/A@" A "\n", "upper-case" },
	{ "\xff\xfer\n", "UTF-16" },
	{ "{\"containerimage.digest\": \"" A "\", \"image.name\": \"\"}",
	  "\"image.name\" names no image" },
	{ "{\"containerimage.digest\": \"" A "\", \"image.name\": \",, ,\"}",
	  "\"image.name\" names no image" },
	{ "{\"containerimage.digest\": \"" A "\", \"image.name\": \"r.io/a b\"}",
	  "\"image.name\": invalid reference" },
	{ "{\"containerimage.digest\": \"" A "\", \"image.name\": \"r.io/a@" B "\"}",
	  "beside it differ" },
	{ "{\"web\": {\"containerimage.digest\": \"" A "\", \"image.name\":"
	  " \"r.io/web:1\"}, \"api\": {\"containerimage.digest\": \"" B
	  "\", \"image.name\": \"\"}}",
	  "target api: \"image.name\" names no image" },
	{ "{\"web\": {\"containerimage.digest\": \"" A "\", \"image.name\":"
	  " \"r.io/web:1\"}, \"api\": {\"image.name\": \"r.io/api:1\"}}",
	  "target api: \"containerimage.digest\" is missing" },
	{ "{\"web\": {\"containerimage.digest\": \"" A "\", \"image.name\":"
	  " \"r.io/web:1\"}, \"api\": {\"containerimage.digest\": 5}}",
	  "target api: \"containerimage.digest\" is no string" },
	{ "{\"containerimage.config.digest\": \"" A "\"}", "was the image pushed" },
	{ "{\"containerimage.digest\": \"latest\"}", "is not a digest" },
	{ "{\"image\": \"a\", \"imageDigest\": \"" A "\", \"imagePushed\": false}",
	  "has not pushed" },
	{ "{\"imageDigest\": \"" A "\"}", "lacks" },
	{ "{\"image\": 5, \"imageDigest\": \"" A "\"}", "image" },
	{ "{\"image\": \"a\", \"imageDigest\": \"" A "\", \"tags\": [\"1\", 5]}",
	  "tags" },
	{ "{\"image\": \"a\", \"imageDigest\": \"5\"}", "\"imageDigest\" is not a digest" },
	{ "{\"name\":\"a\",\"digest\":\"" A "\"}\n{\"name\":\"a\"}\n", "not a known builder" },
	{ "r.io/\xff@" A "\n", "not UTF-8" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		struct build_result result CLEANUP_BUILD_RESULT = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		int failed = parse(refused[i].text, &result, &err);

		if (!failed || !strstr(err.message, refused[i].says))
			fail_msg("%s: %d %s", refused[i].text, failed, err.message);
	}
}

static void test_files(void **state)
{
	struct build_result result CLEANUP_BUILD_RESULT = { 0 };
	struct scanreq_error err;
	char path[] = "/tmp/scanreq-built-XXXXXX";
	int fd CLEANUP_CLOSE = mkstemp(path);

	(void)state;
	assert_int_equal(builder_file_read("/nonexistent/file", &result, &err),
			 SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "/nonexistent/file"));
	assert_int_equal(write(fd, "{\"x\": 1}", 8), 8);
	assert_int_equal(builder_file_read(path, &result, &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, A, strlen(A), 0), (ssize_t)strlen(A));
	assert_int_equal(builder_file_read(path, &result, &err), 0);
	assert_int_equal(result.count, 1);
	assert_null(result.items[0].name);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests_name("build-result", tests, NULL, NULL);
}
