/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "net/url.h"

static const struct good {
	const char *text;
	const char *base; /* or NULL */
	bool https;
	const char *host;
	int port;
	const char *path;
	const char *query; /* or NULL */
} good[] = {
	{ "https://h/", NULL, true, "h", 443, "/", NULL },
	{ "http://h", NULL, false, "h", 80, "/", NULL },
	{ "HTTPS://Registry.Example.COM:5000/v2/", NULL, true, "registry.example.com", 5000,
	  "/v2/", NULL },
	{ "https://h:443/a?b=c%20d&e", NULL, true, "h", 443, "/a", "b=c%20d&e" },
	{ "https://h/a?q#fragment", NULL, true, "h", 443, "/a", "q" },
	{ "http://[::1]:5000/x", NULL, false, "::1", 5000, "/x", NULL },
	{ "http://[FE80::A]/x", NULL, false, "fe80::a", 80, "/x", NULL },
	/* libcurl reads other spellings of an address; what is checked is what is used */
	{ "http://0x7f.1/x", NULL, false, "127.0.0.1", 80, "/x", NULL },
	{ "http://%6cocalhost/x", NULL, false, "localhost", 80, "/x", NULL },
	/* relative to a base (RFC 3986 section 5.4) */
	{ "/token?a=b", "https://h:5000/v2/x?y", true, "h", 5000, "/token", "a=b" },
	{ "g", "https://h/b/c/d", true, "h", 443, "/b/c/g", NULL },
	{ "../g", "https://h/b/c/d", true, "h", 443, "/b/g", NULL },
	{ "?z", "https://h/b/c", true, "h", 443, "/b/c", "z" },
	{ "//other/x", "https://h/b", true, "other", 443, "/x", NULL },
	{ "http://other:81/x", "https://h/b", false, "other", 81, "/x", NULL },
	{ "/x", "http://[::1]:5000/b", false, "::1", 5000, "/x", NULL },
};

static void parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		const struct good *g = &good[i];
		struct url base CLEANUP_URL = { 0 };
		struct url url CLEANUP_URL = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (g->base)
			assert_int_equal(url_parse(g->base, NULL, &base, &err), 0);
		if (url_parse(g->text, g->base ? &base : NULL, &url, &err))
			fail_msg("%s: %s", g->text, err.message);
		assert_int_equal(url.https, g->https);
		assert_string_equal(url.host, g->host);
		assert_int_equal(url.port, g->port);
		assert_string_equal(url.path, g->path);
		assert_true(str_equal(url.query, g->query));
	}
}

static const char *const bad[] = {
	"",
	"h",
	"h/x",
	"/x",
	"://h",
	"ftp://h/",
	"file:///etc/passwd",
	"javascript:1",
	"https://",
	"https:///",
	"https:///h",
	"https:////h/",
	"https:/h/",
	"HTTP:h",
	"https:\\\\h",
	"http://?q",
	"http://#f",
	"https://user@h/",
	"https://user:secret@h/",
	"http://h:0/",
	"http://h:65536/",
	"http://h:x/",
	"http://h:-1/",
	"http://[::1/",
	"http://[fe80::1%25lo]/",
	"http://h h/",
	"http://h\n/",
	"http://h/\r\nX: y",
	"http://h/\x01",
	/* full-width letters that IDNA would make "localhost" */
	"http://\xef\xbd\x8c\xef\xbd\x8f\xef\xbd\x83\xef\xbd\x81\xef\xbd\x8c\xef\xbd\x88ost/",
	("http://b\xc3\xbc" "cher.example/"),
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		struct url url CLEANUP_URL = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (url_parse(bad[i], NULL, &url, &err) != SCANREQ_E_UNREADABLE)
			fail_msg("\"%s\" was read", bad[i]);
		assert_null(url.host);
		assert_null(strstr(err.message, "secret"));
		assert_true(*err.message != '\0');
	}
}

static void refuses_relative_user(void **state)
{
	struct url base CLEANUP_URL = { 0 };
	struct url url CLEANUP_URL = { 0 };

	(void)state;
	assert_int_equal(url_parse("https://h/", NULL, &base, NULL), 0);
	assert_int_equal(url_parse("//u:p@evil/x", &base, &url, NULL), SCANREQ_E_UNREADABLE);
}

static const struct {
	const char *text;
	const char *whole; /* NULL: as `text` */
	const char *host_port;
	const char *shown;
} texts[] = {
	{ "https://h/a?token=x", NULL, "h", "https://h/a" },
	{ "https://h:443/", "https://h/", "h", "https://h/" },
	{ "https://h:80/", NULL, "h:80", "https://h:80/" },
	{ "http://h:80/", "http://h/", "h", "http://h/" },
	{ "http://h:443/", NULL, "h:443", "http://h:443/" },
	{ "http://[::1]:5000/a?b", NULL, "[::1]:5000", "http://[::1]:5000/a" },
};

static void formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct url url CLEANUP_URL = { 0 };
		struct url copy CLEANUP_URL = { 0 };
		char *whole CLEANUP_FREE = NULL;
		char *host_port CLEANUP_FREE = NULL;
		char *shown CLEANUP_FREE = NULL;

		assert_int_equal(url_parse(texts[i].text, NULL, &url, NULL), 0);
		assert_int_equal(url_copy(&copy, &url), 0);
		whole = url_format(&copy);
		host_port = url_host_port(&copy);
		shown = url_shown(&copy);
		assert_string_equal(whole, texts[i].whole ? texts[i].whole : texts[i].text);
		assert_string_equal(host_port, texts[i].host_port);
		assert_string_equal(shown, texts[i].shown);
	}
}

static const struct {
	const char *a, *b;
	bool same;
} origins[] = {
	{ "https://h/a", "https://h:443/b?c", true },
	{ "https://H/", "https://h/", true },
	{ "https://h/", "http://h/", false },
	{ "https://h/", "http://h:443/", false },
	{ "https://h/", "https://h:444/", false },
	{ "https://h/", "https://h.example/", false },
	{ "http://[::1]/", "http://[0::1]/", true },
};

static void compares_origins(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(origins); i++) {
		struct url a CLEANUP_URL = { 0 };
		struct url b CLEANUP_URL = { 0 };

		assert_int_equal(url_parse(origins[i].a, NULL, &a, NULL), 0);
		assert_int_equal(url_parse(origins[i].b, NULL, &b, NULL), 0);
		if (url_same_origin(&a, &b) != origins[i].same)
			fail_msg("%s and %s", origins[i].a, origins[i].b);
	}
}

static void knows_loopback(void **state)
{
	static const char *const inside[] = {
		"localhost", "LocalHost", "localhost.", "app.localhost", "127.0.0.1",
		"127.255.255.254", "127.0.0.1.", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1",
		"127.1", "0x7f000001", "2130706433",
	};
	static const char *const outside[] = {
		"0.0.0.0", "::", "169.254.169.254", "fe80::1", "128.0.0.1", "10.0.0.1", "::2",
		"64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1",
		"127.0.0.1.example.com", "localhost.example.com", "notlocalhost", "localhos", "",
		".",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(inside); i++)
		if (!host_is_loopback(inside[i]))
			fail_msg("not loopback: %s", inside[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(outside); i++)
		if (host_is_loopback(outside[i]))
			fail_msg("loopback: %s", outside[i]);
}

static const struct {
	const char *text;
	const char *host; /* NULL: malformed */
	int port;
} splits[] = {
	{ "docker.io", "docker.io", 0 },
	{ "Foo.Example:5000", "foo.example", 5000 },
	{ "127.0.0.1:1", "127.0.0.1", 1 },
	{ "h:65535", "h", 65535 },
	{ "[::1]", "::1", 0 },
	{ "[2001:DB8::1]:443", "2001:db8::1", 443 },
	{ "a_b:5", "a_b", 5 },
	{ "", NULL, 0 },
	{ ":5000", NULL, 0 },
	{ "h:", NULL, 0 },
	{ "h:0", NULL, 0 },
	{ "h:65536", NULL, 0 },
	{ "h:99999999999999999999", NULL, 0 },
	{ "h:-5", NULL, 0 },
	{ "h:+5", NULL, 0 },
	{ "h:5x", NULL, 0 },
	{ "h:1:2", NULL, 0 },
	{ "::1", NULL, 0 },
	{ "[::1", NULL, 0 },
	{ "[]", NULL, 0 },
	{ "[h]", NULL, 0 },
	{ "[::1]5", NULL, 0 },
	{ "[::1]:", NULL, 0 },
	{ "h/x", NULL, 0 },
	{ "u@h", NULL, 0 },
	{ "h h", NULL, 0 },
	{ "h?", NULL, 0 },
};

static void splits_host_and_port(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(splits); i++) {
		char *host CLEANUP_FREE = NULL;
		int port = -1;

		if (host_port_split(splits[i].text, &host, &port) != (splits[i].host != NULL))
			fail_msg("%s", splits[i].text);
		assert_true(str_equal(host, splits[i].host));
		if (host)
			assert_int_equal(port, splits[i].port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_relative_user),
		cmocka_unit_test(formats),
		cmocka_unit_test(compares_origins),
		cmocka_unit_test(knows_loopback),
		cmocka_unit_test(splits_host_and_port),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
