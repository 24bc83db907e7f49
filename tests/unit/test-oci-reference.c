/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/str.h"
#include "oci/reference.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHA256 "sha256:" HEX64
#define SHA512 "sha512:" HEX64 HEX64
#define A10 "aaaaaaaaaa"
#define A50 A10 A10 A10 A10 A10
#define A250 A50 A50 A50 A50 A50

static const struct valid {
	const char *text;
	const char *domain;
	const char *path;
	const char *tag;
	const char *digest;
} valid[] = {
	/* what docker fills in */
	{ "nginx", "docker.io", "library/nginx", "latest", "" },
	{ "nginx:1.25", "docker.io", "library/nginx", "1.25", "" },
	{ "library/nginx", "docker.io", "library/nginx", "latest", "" },
	{ "ns/app", "docker.io", "ns/app", "latest", "" },
	{ "ns/a/b", "docker.io", "ns/a/b", "latest", "" },
	{ "docker.io/nginx", "docker.io", "library/nginx", "latest", "" },
	{ "docker.io/library/nginx", "docker.io", "library/nginx", "latest", "" },
	{ "docker.io/ns/app:1", "docker.io", "ns/app", "1", "" },
	{ "index.docker.io/nginx", "docker.io", "library/nginx", "latest", "" },
	{ "registry-1.docker.io/nginx", "docker.io", "library/nginx", "latest", "" },
	{ "nginx@" SHA256, "docker.io", "library/nginx", NULL, SHA256 },
	{ "nginx:1@" SHA256, "docker.io", "library/nginx", "1", SHA256 },
	{ "nginx@" SHA512, "docker.io", "library/nginx", NULL, SHA512 },
	/* the first component is a host, or is not */
	{ "localhost/app", "localhost", "app", "latest", "" },
	{ "localhost", "docker.io", "library/localhost", "latest", "" },
	{ "localhost:5000", "docker.io", "library/localhost", "5000", "" },
	{ "localhost:5000/app", "localhost:5000", "app", "latest", "" },
	{ "localhost:5000/app:1", "localhost:5000", "app", "1", "" },
	{ "foo_bar.com:8080", "docker.io", "library/foo_bar.com", "8080", "" },
	{ "test_com/foo", "docker.io", "test_com/foo", "latest", "" },
	{ "foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080", "" },
	{ "Foo/bar", "Foo", "bar", "latest", "" },
	{ "Foo.COM:5000/bar:BAZ", "Foo.COM:5000", "bar", "BAZ", "" },
	{ "test:5000/repo", "test:5000", "repo", "latest", "" },
	{ "192.168.1.1", "docker.io", "library/192.168.1.1", "latest", "" },
	{ "192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050", "" },
	{ "h.io:1/x", "h.io:1", "x", "latest", "" },
	{ "h.io:65535/x", "h.io:65535", "x", "latest", "" },
	{ "xn--n3h.com:18080/foo", "xn--n3h.com:18080", "foo", "latest", "" },
	{ "a.b-c.d/x", "a.b-c.d", "x", "latest", "" },
	/* IPv6 */
	{ "[::1]/x", "[::1]", "x", "latest", "" },
	{ "[::1]:5000/x:1@" SHA256, "[::1]:5000", "x", "1", SHA256 },
	{ "[2001:db8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]", "repo", "tag", "" },
	{ "[2001:DB8::]:5000/repo", "[2001:DB8::]:5000", "repo", "latest", "" },
	/* components, tags, lengths */
	{ "h.io/a.b/c_d/e__f/g-h/i---j", "h.io", "a.b/c_d/e__f/g-h/i---j", "latest", "" },
	{ "h.io/0/1:_x.y-z", "h.io", "0/1", "_x.y-z", "" },
	{ "b.gcr.io/test.example.com/my-app:test.example.com", "b.gcr.io",
	  "test.example.com/my-app", "test.example.com", "" },
	{ "h.io/" A250 "aaaaa", "h.io", A250 "aaaaa", "latest", "" },
	{ "x:" A50 A50 A10 A10 "aaaaaaaa", "docker.io", "library/x",
	  A50 A50 A10 A10 "aaaaaaaa", "" },
	/* no ID: a tag, a digit more, an upper-case digit in the tag's place */
	{ HEX64 ":1", "docker.io", "library/" HEX64, "1", "" },
	{ HEX64 "0", "docker.io", "library/" HEX64 "0", "latest", "" },
	{ "ns/" HEX64, "docker.io", "ns/" HEX64, "latest", "" },
};

static void test_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(valid); i++) {
		const struct valid *v = &valid[i];
		struct reference r CLEANUP_REFERENCE = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		char digest[DIGEST_TEXT_MAX];

		if (reference_parse(v->text, &r, &err))
			fail_msg("%s: %s", v->text, err.message);
		if (!str_equal(r.domain, v->domain) || !str_equal(r.path, v->path) ||
		    !str_equal(r.tag, v->tag) ||
		    !str_equal(digest_format(&r.digest, digest), v->digest))
			fail_msg("%s is read as %s / %s : %s @ %s", v->text, r.domain, r.path,
				 r.tag ? r.tag : "(none)", digest);
		assert_int_equal(err.klass, SCANREQ_OK);
	}
}

static const struct invalid {
	const char *text;
	const char *reason; /* part of the message */
} invalid[] = {
	{ "", "empty" },
	{ HEX64, "image ID" },
	{ "https://h.io/x", "\"://\"" },
	{ "docker://x", "\"://\"" },
	/* host and port */
	{ "foo_bar.com:8080/x", "\"foo_bar.com:8080\" is no registry's host name" },
	{ "-h.io/x", "host name" },
	{ "h-.io/x", "host name" },
	{ "h..io/x", "host name" },
	{ ".io/x", "host name" },
	{ "h.io./x", "host name" },
	{ ":5000/x", "host name" },
	{ "h.io:/x", "no port" },
	{ "h.io:0/x", "no port" },
	{ "h.io:65536/x", "no port" },
	{ "h.io:99999999999999999999/x", "no port" },
	{ "h.io:50a/x", "\"50a\" is no port" },
	{ "h.io:-1/x", "no port" },
	{ "h.io:80:90/x", "no port" },
	{ "::1/x", "host name" },
	{ "[::1/x", "host name or address" },
	{ "[::1]5000/x", "host name or address" },
	{ "[]:5000/x", "host name or address" },
	{ "[:::1]/x", "host name or address" },
	{ "[fe80::1%eth0]:5000/x", "host name or address" },
	{ "[::ffff:1.2.3.4]/x", "host name or address" },
	{ "[::1]", "cannot be part" },
	{ "[::1]:5000", "cannot be part" },
	{ A250 A10 ".io/x", "registry's name is longer" },
	{ "h\xc3\xa9.io/x", "host name" },
	{ "h.io\n.x/x", "host name" },
	/* path */
	{ "UBUNTU", "lower case" },
	{ "Uppercase:tag", "lower case" },
	{ "h.io/Foo", "\"Foo\" has upper-case letters; repository names are lower case" },
	{ "Foo/Bar", "lower case" },
	{ "foo/Bar", "lower case" },
	{ "h.io/", "empty" },
	{ "/x", "empty" },
	{ "x/", "empty" },
	{ "a//b", "empty" },
	{ ":tag", "empty" },
	{ "@" SHA256, "empty" },
	{ "-a", "\"-a\" cannot be part" },
	{ "a-", "cannot be part" },
	{ "a..b", "cannot be part" },
	{ "a___b", "cannot be part" },
	{ "a._b", "cannot be part" },
	{ "h.io/../x", "cannot be part" },
	{ "h.io/a/./b", "cannot be part" },
	{ "h.io/x%2f", "cannot be part" },
	{ "h.io/x?y", "cannot be part" },
	{ "aa/asdf$$^/aa", "cannot be part" },
	{ "a b", "cannot be part" },
	{ "x\n", "cannot be part" },
	{ "x\xff", "cannot be part" },
	{ "h.io/" A250 "aaaaaa", "longer than 255" },
	{ A250, "longer than 255" }, /* with library/ */
	/* tag */
	{ "x:", "tag after \":\" is missing" },
	{ "x:@" SHA256, "missing" },
	{ "x:.a", "no tag" },
	{ "x:-a", "no tag" },
	{ "x:a:b", "no tag" },
	{ "h.io/x:a/b", "no tag" },
	{ "x:a b", "no tag" },
	{ "x:" A50 A50 A10 A10 A10, "tag is longer than 128" },
	/* digest */
	{ "x@", "no digest" },
	{ "x@" HEX64, "no digest" },
	{ "x@:" HEX64, "no digest" },
	{ "x@sha256:", "64 lower-case" },
	{ "x@sha256:" HEX64 "0", "64 lower-case" },
	{ "x@sha256:0" "123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
	  "64 lower" },
	{ "x@sha512:" HEX64, "128 lower-case" },
	{ "x@SHA256:" HEX64, "algorithm \"SHA256\" is not supported" },
	{ "x@sha384:" HEX64 "01234567890123456789012345678901", "algorithm \"sha384\"" },
	{ "x@sha256+b64:" HEX64, "algorithm \"sha256+b64\"" },
	{ "x@" SHA256 "@" SHA256, "64 lower-case" },
	{ "x@" SHA256 ":tag", "64 lower-case" },
};

static void test_invalid(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(invalid); i++) {
		struct reference r = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (reference_parse(invalid[i].text, &r, &err) != SCANREQ_E_USAGE)
			fail_msg("\"%s\" was not refused", invalid[i].text);
		assert_int_equal(err.klass, SCANREQ_E_USAGE);
		if (!strstr(err.message, invalid[i].reason))
			fail_msg("\"%s\": no \"%s\" in: %s", invalid[i].text,
				 invalid[i].reason, err.message);
		assert_true(str_prefix(err.message, "invalid reference \"", NULL));
		assert_non_null(strstr(err.message, "\": "));
		assert_null(r.domain);
		assert_int_equal(reference_parse(invalid[i].text, &r, NULL), SCANREQ_E_USAGE);
	}
}

static void test_credentials_are_not_quoted(void **state)
{
	static const char *const texts[] = {
		"user:hunter2@h.io/x", "https://user:hunter2@h.io/x",
		"https://user:hunter2@h.io",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct reference r = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		assert_int_equal(reference_parse(texts[i], &r, &err), SCANREQ_E_USAGE);
		assert_null(strstr(err.message, "hunter2"));
		assert_non_null(strstr(err.message, "set username instead"));
		assert_string_equal(err.setting, "username");
	}
}

static void test_long(void **state)
{
	char text[LIMIT_REFERENCE + 2];
	struct reference r = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(reference_parse(text, &r, &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "aaa...\": it is longer than 1024 bytes"));
	/* The reason is seen even where the quoted part is as long as can be. */
	memcpy(text, "x@", 2);
	text[LIMIT_REFERENCE - 1] = ':';
	text[LIMIT_REFERENCE] = '\0';
	assert_int_equal(reference_parse(text, &r, &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "is not supported: use sha256 or sha512"));
}

static void test_message_is_one_line(void **state)
{
	struct reference r = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(reference_parse("x\n::error::\x1b[2J", &r, &err), SCANREQ_E_USAGE);
	assert_null(strpbrk(err.message, "\n\x1b"));
}

static void test_format_and_copy(void **state)
{
	static const char *const texts[] = {
		"docker.io/library/nginx:latest", "h.io:5000/a/b:1@" SHA256,
		"[::1]:5000/x@" SHA512,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct reference r CLEANUP_REFERENCE = { 0 };
		struct reference copy CLEANUP_REFERENCE = { 0 };
		char *text CLEANUP_FREE = NULL;

		assert_int_equal(reference_parse(texts[i], &r, NULL), 0);
		assert_int_equal(reference_copy(&copy, &r), 0);
		reference_free(&r);
		assert_null(r.path);
		text = reference_format(&copy);
		assert_string_equal(text, texts[i]);
	}
}

static void test_copy_of_nothing(void **state)
{
	struct reference none = { 0 }, copy = { 0 };

	(void)state;
	assert_int_equal(reference_copy(&copy, &none), 0);
	assert_null(copy.domain);
	assert_null(copy.tag);
	assert_int_equal(copy.digest.algorithm, DIGEST_NONE);
	reference_free(&copy);
	reference_free(&copy);
}

static void test_split_path(void **state)
{
	static const struct {
		const char *text, *ns, *repo_name;
	} cases[] = {
		{ "nginx", "library", "nginx" },
		{ "h.io/x", NULL, "x" },
		{ "h.io/a/b/c:1", "a/b", "c" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct reference r CLEANUP_REFERENCE = { 0 };
		char *ns CLEANUP_FREE = NULL;
		char *repo_name CLEANUP_FREE = NULL;

		assert_int_equal(reference_parse(cases[i].text, &r, NULL), 0);
		assert_int_equal(reference_split_path(&r, &ns, &repo_name), 0);
		assert_true(str_equal(ns, cases[i].ns));
		assert_string_equal(repo_name, cases[i].repo_name);
	}
}

static void test_valid_tag(void **state)
{
	(void)state;
	assert_true(reference_valid_tag("latest"));
	assert_true(reference_valid_tag("_1.2-3"));
	assert_true(reference_valid_tag(A50 A50 A10 A10 "aaaaaaaa"));
	assert_false(reference_valid_tag(A50 A50 A10 A10 "aaaaaaaaa"));
	assert_false(reference_valid_tag(""));
	assert_false(reference_valid_tag(".a"));
	assert_false(reference_valid_tag("-a"));
	assert_false(reference_valid_tag("a/b"));
	assert_false(reference_valid_tag("a\n"));
}

static void test_spell_out(void **state)
{
	static const struct {
		const char *name, *spelt;
	} cases[] = {
		{ "busybox", "docker.io/library/busybox:latest" },
		{ "docker.io/library/busybox:latest", "docker.io/library/busybox:latest" },
		{ "index.docker.io/team/app:1", "docker.io/team/app:1" },
		{ "No Reference", "No Reference" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char *spelt CLEANUP_FREE = reference_spell_out(cases[i].name);

		assert_string_equal(spelt, cases[i].spelt);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_credentials_are_not_quoted),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_message_is_one_line),
		cmocka_unit_test(test_format_and_copy),
		cmocka_unit_test(test_copy_of_nothing),
		cmocka_unit_test(test_split_path),
		cmocka_unit_test(test_valid_tag),
		cmocka_unit_test(test_spell_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
