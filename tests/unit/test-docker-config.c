/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/auth/docker-config.h"

#define ALICE "YWxpY2U6aHVudGVyMg==" /* alice:hunter2 */
#define BOB "Ym9iOnBhOnNz"           /* bob:pa:ss */
#define PADDED "Ym9iOnBhc3MAAA=="     /* bob:pass and two NULs */
#define INNER "Ym9iOnAAc3M="          /* bob:p, NUL, ss */
#define NO_COLON "YWxpY2U="           /* alice */
#define NO_USER "Omh1bnRlcjI="        /* :hunter2 */
#define NO_PASSWORD "YWxpY2U6"        /* alice: */

#define HUB_KEY "https://index.docker.io/v1/"
/* A row of two members, of which the one with ALICE is it. */
#define HUB_PAIR(key1, auth1, key2, auth2, key)                                           \
	{ "\"" key1 "\":{\"auth\":\"" auth1 "\"},\"" key2 "\":{\"auth\":\"" auth2 "\"}",    \
	  "nginx", "alice", "hunter2", key }

struct config {
	int fd;
	char path[64];
};

static void config_close(struct config *config)
{
	cleanup_close(&config->fd);
}

/* A file that exists in memory alone. */
static struct config config_make(const char *text, size_t len)
{
	struct config config = { .fd = memfd_create("config", MFD_CLOEXEC) };

	assert_true(config.fd >= 0);
	assert_int_equal(write(config.fd, text, len), len);
	snprintf(config.path, sizeof(config.path), "/proc/self/fd/%d", config.fd);
	return config;
}

static int find_as(enum docker_config_form form, const char *path, const char *name,
		   struct credential *credential, struct scanreq_error *err)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };
	struct docker_config config CLEANUP_DOCKER_CONFIG = { 0 };
	int failed = docker_config_read(path, form, &config, err);

	assert_int_equal(reference_parse(name, &reference, NULL), 0);
	return failed ? failed : docker_config_find(&config, &reference, credential, err);
}

static int find(const char *path, const char *name, struct credential *credential,
		struct scanreq_error *err)
{
	return find_as(DOCKER_CONFIG_FILE, path, name, credential, err);
}

static const struct {
	const char *auths;
	const char *name;
	const char *username; /* NULL: there is no login */
	const char *password;
	const char *key;
} logins[] = {
	{ "\"r.example\":{\"auth\":\"" ALICE "\"}", "r.example/ns/app", "alice", "hunter2",
	  "r.example" },
	{ "\"r.example\":{\"auth\":\"" BOB "\"}", "r.example/ns/app", "bob", "pa:ss",
	  "r.example" },
	{ "\"r.example\":{\"auth\":\"" PADDED "\"}", "r.example/a", "bob", "pass",
	  "r.example" },
	{ "\"r.example\":{\"auth\":\"" NO_PASSWORD "\"}", "r.example/a", "alice", "",
	  "r.example" },
	{ "\"r.example\":{\"auth\":\"YWxpY2U6\\r\\naHVudGVyMg==\\n\"}", "r.example/a", "alice",
	  "hunter2", "r.example" },
	{ "\"r.example\":{\"username\":\"carol\",\"password\":\"pw\"}", "r.example/a",
	  "carol", "pw", "r.example" },
	{ "\"r.example\":{\"username\":\"carol\"}", "r.example/a", "carol", "", "r.example" },
	{ "\"r.example\":{\"auth\":\"" ALICE "\",\"username\":\"carol\",\"password\":\"pw\"}",
	  "r.example/a", "alice", "hunter2", "r.example" },
	{ "\"r.example\":{\"auth\":\"\",\"username\":\"carol\",\"password\":\"pw\"}",
	  "r.example/a", "carol", "pw", "r.example" },
	{ "\"r.example\":{\"auth\":\"" ALICE "\",\"identitytoken\":\"\"}", "r.example/a",
	  "alice", "hunter2", "r.example" },
	/* ports count, case of hosts does not */
	{ "\"r.example:5000\":{\"auth\":\"" ALICE "\"}", "r.example:5000/a", "alice",
	  "hunter2", "r.example:5000" },
	{ "\"r.example\":{\"auth\":\"" ALICE "\"}", "r.example:5000/a", NULL, NULL, NULL },
	{ "\"r.example:5000\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL, NULL, NULL },
	{ "\"r.example\":{\"auth\":\"" ALICE "\"}", "R.Example/a", "alice", "hunter2",
	  "r.example" },
	{ "\"[::1]:5000\":{\"auth\":\"" ALICE "\"}", "[::1]:5000/a", "alice", "hunter2",
	  "[::1]:5000" },
	/* other hosts, however alike */
	{ "\"r.example.com\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL, NULL, NULL },
	{ "\"evil-r.example\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL, NULL, NULL },
	{ "\"https://r.example.evil/v1/\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL,
	  NULL, NULL },
	{ "\"https://evil/r.example\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL, NULL,
	  NULL },
	{ "\"https://index.docker.io/v1/\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL,
	  NULL, NULL },
	/* the longest path wins */
	{ "\"r.example\":{\"auth\":\"" BOB "\"},\"r.example/ns/app\":{\"auth\":\"" ALICE
	  "\"},"
	  "\"r.example/ns\":{\"auth\":\"" BOB "\"}",
	  "r.example/ns/app:1", "alice", "hunter2", "r.example/ns/app" },
	{ "\"r.example\":{\"auth\":\"" BOB "\"},\"r.example/ns\":{\"auth\":\"" ALICE "\"}",
	  "r.example/ns/other", "alice", "hunter2", "r.example/ns" },
	{ "\"r.example\":{\"auth\":\"" ALICE "\"},\"r.example/ns\":{\"auth\":\"" BOB "\"}",
	  "r.example/nsx/app", "alice", "hunter2", "r.example" },
	{ "\"r.example/ns/app/deep\":{\"auth\":\"" BOB "\"}", "r.example/ns/app", NULL, NULL,
	  NULL },
	/* URL forms, after the others */
	{ "\"https://r.example\":{\"auth\":\"" ALICE "\"}", "r.example/a", "alice", "hunter2",
	  "https://r.example" },
	{ "\"http://r.example/v2/\":{\"auth\":\"" ALICE "\"}", "r.example/a", "alice",
	  "hunter2", "http://r.example/v2/" },
	{ "\"https://r.example/v1/\":{\"auth\":\"" BOB "\"},\"r.example\":{\"auth\":\"" ALICE
	  "\"}",
	  "r.example/a", "alice", "hunter2", "r.example" },
	/* docker takes a URL with any path for its host */
	{ "\"https://r.example/v1evil\":{\"auth\":\"" ALICE "\"}", "r.example/a", "alice",
	  "hunter2", "https://r.example/v1evil" },
	{ "\"https://r.example/path/\":{\"auth\":\"" BOB "\"},\"https://r.example/v2/\":{"
	  "\"auth\":\"" ALICE "\"}", "r.example/a", "alice", "hunter2",
	  "https://r.example/v2/" },
	{ "\"https://r.example?x\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL, NULL, NULL },
	{ "\"https://r.example:5000/x\":{\"auth\":\"" ALICE "\"}", "r.example/a", NULL, NULL,
	  NULL },
	/* what fits alike is not chosen by its place in the file */
	{ "\"https://r.example/a\":{\"auth\":\"" ALICE "\"},\"http://r.example/a\":{\"auth\":"
	  "\"" BOB "\"}", "r.example/a", "alice", "hunter2", "https://r.example/a" },
	{ "\"http://r.example/a\":{\"auth\":\"" BOB "\"},\"https://r.example/a\":{\"auth\":"
	  "\"" ALICE "\"}", "r.example/a", "alice", "hunter2", "https://r.example/a" },
	{ "\"R.example\":{\"auth\":\"" BOB "\"},\"r.example\":{\"auth\":\"" ALICE "\"}",
	  "r.example/a", "alice", "hunter2", "r.example" },
	/* Docker Hub's names */
	{ "\"https://index.docker.io/v1/\":{\"auth\":\"" ALICE "\"}", "nginx", "alice",
	  "hunter2", "https://index.docker.io/v1/" },
	{ "\"docker.io\":{\"auth\":\"" ALICE "\"}", "nginx", "alice", "hunter2",
	  "docker.io" },
	{ "\"index.docker.io\":{\"auth\":\"" ALICE "\"}", "nginx", "alice", "hunter2",
	  "index.docker.io" },
	{ "\"registry-1.docker.io\":{\"auth\":\"" ALICE "\"}", "nginx", "alice", "hunter2",
	  "registry-1.docker.io" },
	{ "\"https://index.docker.io/v1/\":{\"auth\":\"" BOB "\"},"
	  "\"docker.io/library\":{\"auth\":\"" ALICE "\"}",
	  "nginx", "alice", "hunter2", "docker.io/library" },
	/* its own name first, then docker's key, whatever the order of the members */
	HUB_PAIR("registry-1.docker.io", BOB, "index.docker.io", ALICE, "index.docker.io"),
	HUB_PAIR("index.docker.io", ALICE, "registry-1.docker.io", BOB, "index.docker.io"),
	HUB_PAIR("index.docker.io", BOB, HUB_KEY, ALICE, HUB_KEY),
	HUB_PAIR(HUB_KEY, ALICE, "index.docker.io", BOB, HUB_KEY),
	HUB_PAIR(HUB_KEY, BOB, "docker.io", ALICE, "docker.io"),
	HUB_PAIR("docker.io", ALICE, HUB_KEY, BOB, "docker.io"),
	HUB_PAIR("https://docker.io", BOB, HUB_KEY, ALICE, HUB_KEY),
	/* tokens of Docker Hub's API are no logins */
	{ "\"" HUB_KEY "access-token\":{\"auth\":\"" ALICE "\"}", "nginx", NULL, NULL, NULL },
	{ "\"" HUB_KEY "refresh-token\":{\"auth\":\"" ALICE "\"}", "nginx", NULL, NULL, NULL },
	HUB_PAIR(HUB_KEY "access-token", BOB, "registry-1.docker.io", ALICE,
		 "registry-1.docker.io"),
	/* what docker leaves when a helper has the login does not hide a login */
	{ "\"r.example\":{}", "r.example/a", NULL, NULL, NULL },
	{ "\"r.example\":null", "r.example/a", NULL, NULL, NULL },
	{ "\"r.example\":{\"auth\":null}", "r.example/a", NULL, NULL, NULL },
	{ "\"r.example/ns\":{},\"r.example\":{\"auth\":\"" ALICE "\"}", "r.example/ns/a",
	  "alice", "hunter2", "r.example" },
	/* the entries of others may be broken */
	{ "\"other.example\":{\"auth\":\"!\"},\"r.example\":{\"auth\":\"" ALICE "\"}",
	  "r.example/a", "alice", "hunter2", "r.example" },
	{ "", "r.example/a", NULL, NULL, NULL },
};

static void finds_logins(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(logins); i++) {
		struct buf text CLEANUP_BUF = BUF_INIT(4096);
		struct config config CLEANUP(config_close) = { .fd = -1 };
		struct credential c CLEANUP_CREDENTIAL = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		buf_addf(&text, "{\"auths\":{%s},\"credsStore\":\"pass\"}", logins[i].auths);
		config = config_make(text.data, text.len);
		if (find(config.path, logins[i].name, &c, &err))
			fail_msg("%s: %s", buf_str(&text), err.message);
		if (!str_equal(c.username, logins[i].username) ||
		    !str_equal(c.password, logins[i].password))
			fail_msg("%s for %s: %s", buf_str(&text), logins[i].name, c.username);
		if (c.username) {
			assert_non_null(strstr(c.from, config.path));
			assert_non_null(strstr(c.from, logins[i].key));
		} else {
			assert_null(c.from);
		}
	}
}

static const struct {
	const char *entry;
	const char *username;
	const char *identity_token;
	const char *registry_token;
} tokens[] = {
	{ "\"auth\":\"" NO_PASSWORD "\",\"identitytoken\":\"idt\"", "alice", "idt", NULL },
	{ "\"auth\":\"" ALICE "\",\"identitytoken\":\"idt\"", "alice", "idt", NULL },
	{ "\"identitytoken\":\"idt\"", NULL, "idt", NULL },
	{ "\"auth\":\"\",\"identitytoken\":\"idt\",\"registrytoken\":\"rt\"", NULL, "idt",
	  "rt" },
	{ "\"username\":\"alice\",\"registrytoken\":\"rt\"", "alice", NULL, "rt" },
	{ "\"registrytoken\":\"rt\",\"identitytoken\":null", NULL, NULL, "rt" },
};

static void finds_tokens(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(tokens); i++) {
		struct buf text CLEANUP_BUF = BUF_INIT(4096);
		struct config config CLEANUP(config_close) = { .fd = -1 };
		struct credential c CLEANUP_CREDENTIAL = { 0 };

		buf_addf(&text, "{\"auths\":{\"r.example\":{%s}}}", tokens[i].entry);
		config = config_make(text.data, text.len);
		assert_int_equal(find(config.path, "r.example/a", &c, NULL), 0);
		assert_true(credential_found(&c));
		if (!str_equal(c.username, tokens[i].username) ||
		    !str_equal(c.identity_token, tokens[i].identity_token) ||
		    !str_equal(c.registry_token, tokens[i].registry_token))
			fail_msg("%s", tokens[i].entry);
		assert_int_equal(!c.username, !c.password);
	}
}

static void finds_nothing_without_auths(void **state)
{
	static const char *const texts[] = { "{}", "{\"auths\":null}",
					     " {\"HttpHeaders\":{}}\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct config config CLEANUP(config_close) =
			config_make(texts[i], strlen(texts[i]));
		struct credential c CLEANUP_CREDENTIAL = { 0 };

		assert_int_equal(find(config.path, "r.example/a", &c, NULL), 0);
		assert_null(c.username);
	}
}

static void finds_flat_entries(void **state)
{
	static const char text[] = "{\"https://index.docker.io/v1/\":{\"auth\":\"" ALICE
				   "\",\"email\":\"a@b\"},\"auths\":{\"r.example\":{\"auth\":\""
				   ALICE "\"}}}";
	struct config config CLEANUP(config_close) = config_make(text, strlen(text));
	struct credential c CLEANUP_CREDENTIAL = { 0 }, none CLEANUP_CREDENTIAL = { 0 };

	(void)state;
	assert_int_equal(find_as(DOCKER_CONFIG_FLAT, config.path, "nginx", &c, NULL), 0);
	assert_string_equal(c.username, "alice");
	assert_int_equal(find_as(DOCKER_CONFIG_FLAT, config.path, "r.example/a", &none, NULL), 0);
	assert_false(credential_found(&none));
}

static const struct {
	const char *text;
	const char *name;
	const char *helper; /* NULL: none */
} helpers[] = {
	{ "{}", "r.example/a", NULL },
	{ "{\"credsStore\":null,\"credHelpers\":null}", "r.example/a", NULL },
	{ "{\"credsStore\":\"pass\"}", "r.example/a", "pass for r.example" },
	{ "{\"credsStore\":\"pass\",\"credHelpers\":{\"r.example\":\"ecr\"}}", "r.example/a",
	  "ecr for r.example" },
	{ "{\"credsStore\":\"pass\",\"credHelpers\":{\"r.example\":\"\"}}", "r.example/a",
	  " for r.example" },
	{ "{\"credsStore\":\"pass\",\"credHelpers\":{\"r.example\":null}}", "r.example/a",
	  "pass for r.example" },
	{ "{\"credsStore\":\"pass\",\"credHelpers\":{\"r.example:5000\":\"ecr\",\"s\":5}}",
	  "r.example/a", "pass for r.example" },
	{ "{\"credHelpers\":{\"r.example/a\":\"one\",\"https://r.example\":\"two\"}}",
	  "r.example/a", "two for r.example" },
	/* Docker Hub is asked for by the name that the file has for it */
	{ "{\"credHelpers\":{\"https://index.docker.io/v1/\":\"hub\"}}", "nginx",
	  "hub for https://index.docker.io/v1/" },
	{ "{\"credHelpers\":{\"docker.io\":\"hub\"}}", "nginx", "hub for docker.io" },
	{ "{\"credHelpers\":{\"docker.io\":null,\"index.docker.io\":\"hub\"}}", "nginx",
	  "hub for index.docker.io" },
	{ "{\"credHelpers\":{\"https://index.docker.io/v1/\":\"a\",\"docker.io\":\"b\"}}",
	  "nginx", "b for docker.io" },
	{ "{\"credHelpers\":{\"docker.io\":\"b\",\"https://index.docker.io/v1/\":\"a\"}}",
	  "nginx", "b for docker.io" },
	{ "{\"credsStore\":\"pass\",\"credHelpers\":{\"docker.io/library\":\"hub\"}}", "nginx",
	  "pass for https://index.docker.io/v1/" },
};

static int find_helper(const char *json, const char *name, char **helper)
{
	struct buf text CLEANUP_BUF = BUF_INIT(4096);
	struct docker_config config CLEANUP_DOCKER_CONFIG = { 0 };
	struct reference reference CLEANUP_REFERENCE = { 0 };
	struct docker_helper found;
	int failed;

	buf_puts(&text, json);
	assert_int_equal(reference_parse(name, &reference, NULL), 0);
	assert_int_equal(docker_config_parse("x", &text, DOCKER_CONFIG_FILE, &config, NULL), 0);
	failed = docker_config_helper(&config, &reference, &found, NULL);
	return failed ? failed
		      : !found.name ? 0
		      : asprintf(helper, "%s for %s", found.name, found.server) < 0;
}

static void finds_helpers(void **state)
{
	char *none CLEANUP_FREE = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(helpers); i++) {
		char *helper CLEANUP_FREE = NULL;

		assert_int_equal(find_helper(helpers[i].text, helpers[i].name, &helper), 0);
		if (!str_equal(helper, helpers[i].helper))
			fail_msg("%s: %s", helpers[i].text, helper);
	}
	assert_int_equal(find_helper("{\"credHelpers\":{\"r.example\":5}}", "r.example/a", &none),
			 SCANREQ_E_USAGE);
	assert_int_equal(find_helper("{\"credHelpers\":{\"r.example\":\"a\\u0000b\"}}",
				     "r.example/a", &none), SCANREQ_E_USAGE);
}

static const char *const malformed[] = {
	"",
	"no JSON hunter2",
	"[]",
	"null",
	"\"hunter2\"",
	"{\"auths\":[]}",
	"{\"auths\":\"hunter2\"}",
	"{\"credHelpers\":[\"hunter2\"]}",
	"{\"credsStore\":[\"hunter2\"]}",
	"{\"auths\":{},\"auths\":{}}",
	"{\"auths\":{}} hunter2",
	"{\"auths\":{\"r.example\":\"hunter2\"}}",
	"{\"auths\":{\"r.example\":[]}}",
	"{\"auths\":{\"r.example\":{\"auth\":5}}}",
	"{\"auths\":{\"r.example\":{\"auth\":\"hunter2\"}}}",
	"{\"auths\":{\"r.example\":{\"auth\":\"YWxpY2U6aHVudGVyMg\"}}}",
	"{\"auths\":{\"r.example\":{\"auth\":\"" NO_COLON "\"}}}",
	"{\"auths\":{\"r.example\":{\"auth\":\"" NO_USER "\"}}}",
	"{\"auths\":{\"r.example\":{\"auth\":\"" INNER "\"}}}",
	"{\"auths\":{\"r.example\":{\"auth\":\"AAAA\"}}}",
	"{\"auths\":{\"r.example\":{\"username\":5}}}",
	"{\"auths\":{\"r.example\":{\"username\":\"a\",\"password\":[\"hunter2\"]}}}",
	"{\"auths\":{\"r.example\":{\"username\":\"a\",\"password\":\"hunter2\\u0000x\"}}}",
	"{\"auths\":{\"r.example\":{\"identitytoken\":[\"hunter2\"]}}}",
	"{\"auths\":{\"r.example\":{\"registrytoken\":7}}}",
};

static void refuses_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(malformed); i++) {
		struct config config CLEANUP(config_close) =
			config_make(malformed[i], strlen(malformed[i]));
		struct credential c CLEANUP_CREDENTIAL = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (find(config.path, "r.example/a", &c, &err) != SCANREQ_E_USAGE)
			fail_msg("%s was read", malformed[i]);
		assert_int_equal(err.klass, SCANREQ_E_USAGE);
		assert_non_null(strstr(err.message, config.path));
		assert_null(strstr(err.message, "hunter2"));
		assert_null(c.username);
		assert_null(c.password);
	}
}

static void refuses_large(void **state)
{
	struct buf text CLEANUP_BUF = BUF_INIT(2 * LIMIT_AUTHFILE);
	struct config config CLEANUP(config_close) = { .fd = -1 };
	struct credential c CLEANUP_CREDENTIAL = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	buf_puts(&text, "{\"auths\":{}}");
	while (text.len <= LIMIT_AUTHFILE)
		buf_putc(&text, ' ');
	config = config_make(text.data, text.len);
	assert_int_equal(find(config.path, "r.example/a", &c, &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "larger than"));
	assert_int_equal(ftruncate(config.fd, LIMIT_AUTHFILE), 0);
	assert_int_equal(find(config.path, "r.example/a", &c, &err), 0);
}

static void says_what_cannot_be_opened(void **state)
{
	struct credential c CLEANUP_CREDENTIAL = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(find("/nonexistent/config.json", "a/b", &c, &err),
			 SCANREQ_E_NOT_FOUND);
	assert_non_null(strstr(err.message, "/nonexistent/config.json"));
	assert_int_equal(find("/dev/null/config.json", "a/b", &c, &err), SCANREQ_E_NOT_FOUND);
	assert_int_equal(find("/", "a/b", &c, &err), SCANREQ_E_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_logins),
		cmocka_unit_test(finds_tokens),
		cmocka_unit_test(finds_flat_entries),
		cmocka_unit_test(finds_helpers),
		cmocka_unit_test(finds_nothing_without_auths),
		cmocka_unit_test(refuses_malformed),
		cmocka_unit_test(refuses_large),
		cmocka_unit_test(says_what_cannot_be_opened),
	};

	return cmocka_run_group_tests_name("docker-config", tests, NULL, NULL);
}
