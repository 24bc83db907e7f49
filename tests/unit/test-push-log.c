/* SPDX-License-Identifier: MIT */
/* Logs of docker push, as CI systems keep them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "pipeline/builder-file.h"
#include "pipeline/push-log.h"

#define A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define WEB "The push refers to repository [r.io/shop/web]"
#define API "The push refers to repository [r.io/shop/api]"
#define WEB_DONE "1.4: digest: " A " size: 1234"
#define WEB_IS "r.io/shop/web:1.4@" A "\n"
#define API_IS "r.io/shop/api:2@" B "\n"

static int parse(const char *text, struct build_result *result, struct scanreq_error *err)
{
	struct buf buf CLEANUP_BUF = BUF_INIT(LIMIT_BUILD_RESULT);

	buf_puts(&buf, text);
	return builder_file_parse(&buf, result, err);
}

static void test_logs(void **state)
{
	static const struct {
		const char *what, *text, *expected;
	} cases[] = {
		{ "two pushes", WEB "\n5f70bf18a086: Pushed\n" WEB_DONE "\n" API
		  "\n2: digest: " B " size: 99\n", WEB_IS API_IS },
		{ "push --all-tags", WEB "\n" WEB_DONE "\n1.5: digest: " B " size: 1\n",
		  WEB_IS "r.io/shop/web:1.5@" B "\n" },
		{ "docker before 17.06",
		  "The push refers to a repository [r.io/shop/web]\n" WEB_DONE "\n", WEB_IS },
		{ "a byte order mark and CR LF", "\xef\xbb\xbf" WEB "\r\n" WEB_DONE "\r\n",
		  WEB_IS },
		{ "GitHub", "\xef\xbb\xbf" "2024-05-01T12:00:00.1234567Z ##[group]Run docker push\n"
		  "2024-05-01T12:00:00.1234567Z " WEB "\n"
		  "2024-05-01T12:00:01.1234567Z " WEB_DONE "\n", WEB_IS },
		{ "gh run view --log", "build\tPush it\t\xef\xbb\xbf" "2024-05-01T12:00:00.1Z " WEB
		  "\nbuild\tPush it\t2024-05-01T12:00:01.1Z " WEB_DONE "\n", WEB_IS },
		{ "Jenkins, console", "12:00:00  " WEB "\n12:00:01  " WEB_DONE "\n", WEB_IS },
		{ "Jenkins, log", "[2024-05-01T12:00:00.123Z] + docker push r.io/shop/web\n"
		  "[2024-05-01T12:00:00.123Z] " WEB "\n"
		  "[2024-05-01T12:00:01.123Z] " WEB_DONE "\n", WEB_IS },
		{ "a zone and a blank in the stamp", "2024-05-01 12:00:00,123+02:00 " WEB
		  "\n2024-05-01 12:00:00,123+02:00 " WEB_DONE "\n", WEB_IS },
		{ "GitLab", "2024-05-01T12:00:00.123456Z 00O section_start:1:push\r\n"
		  "2024-05-01T12:00:00.123456Z 00O+\033[0K\033[36;1m" WEB "\033[0;m\n"
		  "2024-05-01T12:00:01.123456Z 01O " WEB_DONE "\n", WEB_IS },
		{ "GitLab without stamps", "section_start:1:push\r\033[0K\033[0;m" WEB "\n"
		  WEB_DONE "\n", WEB_IS },
		{ "a line that GitLab has cut", "2024-05-01T12:00:00.1Z 01O " WEB "\n"
		  "2024-05-01T12:00:00.1Z 01O 1\n"
		  "2024-05-01T12:00:00.1Z 01O+.4: digest: " A " size: 1\n"
		  "2024-05-01T12:00:00.1Z 01O " API "\n"
		  "2024-05-01T12:00:00.1Z 01O 2: digest: " B "\n"
		  "2024-05-01T12:00:00.1Z 01O+ size: 99\n", WEB_IS API_IS },
		{ "colours", "\033[32m" WEB "\033[0m\n\033[1;31m1\033[0m.4: digest: " A
		  " size: \033[4m1234\033[m\n", WEB_IS },
		{ "a link and Buildkite's stamps", "\033_bk;t=1714560000000\007" WEB "\n"
		  "\033_bk;t=1714560000001\007\033]8;;https://r.io\033\\1.4\033]8;;\033\\: digest: "
		  A " size: 1\n", WEB_IS },
		{ "a whole job", "Status: Downloaded newer image for alpine:3\nuser@host:~$ make\n"
		  A "\n" WEB "\n" WEB_DONE "\nr.io/shop/web@" A "\nJob succeeded\n", WEB_IS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct build_result result CLEANUP_BUILD_RESULT = { 0 };
		struct buf got CLEANUP_BUF = BUF_INIT(4096);
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		if (parse(cases[i].text, &result, &err))
			fail_msg("%s: %s", cases[i].what, err.message);
		for (size_t k = 0; k < result.count; k++)
			buf_addf(&got, "%s@%s\n", result.items[k].name, result.items[k].digest);
		if (strcmp(buf_str(&got), cases[i].expected) != 0)
			fail_msg("%s: %s", cases[i].what, buf_str(&got));
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *what, *text, *says;
	} cases[] = {
		{ "a push that failed", WEB "\n1: Pushed\n",
		  "line 1: the push to r.io/shop/web has no digest" },
		{ "the second one failed", WEB "\n" WEB_DONE "\n" API
		  "\ndenied: requested access to the resource is denied\n",
		  "line 3: the push to r.io/shop/api has no digest" },
		{ "the first one failed", API "\ndenied: no\n" WEB "\n" WEB_DONE "\n",
		  "line 1: the push to r.io/shop/api has no digest" },
		{ "the second tag failed", WEB "\n" WEB_DONE "\n" WEB "\ndenied: no\n",
		  "line 3: the push to r.io/shop/web has no digest" },
		{ "two at the same time", WEB "\n" API "\n" WEB_DONE "\n2: digest: " B " size: 9\n",
		  "line 1: the push to r.io/shop/web has no digest" },
		{ "a digest that is none", WEB "\n1.4: digest: sha256:1 size: 2\n",
		  "line 2: the text after \"@\" is not a digest" },
		{ "a tag that is none", WEB "\n-1: digest: " A " size: 2\n", "line 2: invalid" },
		{ "no repository", "The push refers to repository [r.io/shop/web\n" WEB_DONE "\n",
		  "line 1: the name of the repository" },
		{ "a log without its beginning", WEB_DONE "\n" WEB "\n" WEB_DONE "\n",
		  "line 1: a digest without a push" },
		{ "another form after it", WEB "\n" WEB_DONE "\nr.io/b@" B "\n",
		  "line 3: no earlier line pushed r.io/b@" B },
		{ "another form before it", "r.io/a@" A " r.io/b@" B "\n" WEB "\n" WEB_DONE "\n",
		  "line 1: no earlier line pushed r.io/a@" A },
		/* An unknown mark makes the line another one, and that is not passed over. */
		{ "a sequence without end", WEB "\n\033[1.4: digest: " A " size: 1\n\033]",
		  "has no digest" },
		{ "an unknown prefix", WEB "\nweb | " WEB_DONE "\n", "has no digest" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct build_result result CLEANUP_BUILD_RESULT = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		int failed = parse(cases[i].text, &result, &err);

		if (failed != SCANREQ_E_USAGE || !strstr(err.message, cases[i].says))
			fail_msg("%s: %d %s", cases[i].what, failed, err.message);
	}
}

/* A line of nothing but openings is read in one go, not once for each of them. */
static void test_endless_sequences(void **state)
{
	struct build_result result CLEANUP_BUILD_RESULT = { 0 };
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_BUILD_RESULT);

	(void)state;
	buf_puts(&text, WEB "\n" WEB_DONE "\n");
	while (text.len + 2 <= LIMIT_BUILD_RESULT)
		buf_puts(&text, "\033]");
	assert_int_equal(builder_file_parse(&text, &result, NULL), 0);
	assert_int_equal(result.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_endless_sequences),
	};

	return cmocka_run_group_tests_name("push-log", tests, NULL, NULL);
}
