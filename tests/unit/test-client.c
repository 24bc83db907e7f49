/* SPDX-License-Identifier: MIT */
/* The library's functions about settings and checks, called like a program calls them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <scanreq/scanreq.h>

#include "base/cleanup.h"

static void options_free(struct scanreq_options **options)
{
	scanreq_options_free(*options);
}

static void client_free(struct scanreq_client **client)
{
	scanreq_client_free(*client);
}

/* A value that a setting refuses; the error names it by `name`. */
static const struct {
	enum scanreq_option option;
	const char *value;
	const char *name;
} refused[] = {
	{ SCANREQ_OPT_AUTHFILE, "", "authfile" },
	{ SCANREQ_OPT_PASSWORD, "\xff", "password" },
	{ SCANREQ_OPT_PLAIN_HTTP, "a/b", "plain-http" },
	{ SCANREQ_OPT_INSECURE_SKIP_VERIFY, ":1", "insecure-skip-verify" },
	{ SCANREQ_OPT_TIMEOUT, "soon", "timeout" },
	{ SCANREQ_OPT_ACCESS_KEY_SECRET, "", "access-key-secret" },
	{ SCANREQ_OPT_CONNECTIONS, "0", "connections" },
};

static void test_refused_value_names_its_setting(void **state)
{
	struct scanreq_options *options CLEANUP(options_free) = scanreq_options_new();

	(void)state;
	assert_non_null(options);
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		assert_int_equal(scanreq_options_set(options, refused[i].option, refused[i].value,
						     &err),
				 SCANREQ_E_USAGE);
		assert_int_equal(err.code, SCANREQ_CODE_SETTING_INVALID);
		assert_string_equal(err.setting, refused[i].name);
		assert_memory_equal(err.message, refused[i].name, strlen(refused[i].name));
	}
}

static void test_conflict_names_a_setting(void **state)
{
	struct scanreq_options *options CLEANUP(options_free) = scanreq_options_new();
	struct scanreq_client *client = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_non_null(options);
	assert_int_equal(scanreq_options_set(options, SCANREQ_OPT_KEY, "key.pem", &err), 0);
	assert_int_equal(scanreq_client_new(options, &client, &err), SCANREQ_E_USAGE);
	assert_null(client);
	assert_int_equal(err.code, SCANREQ_CODE_SETTINGS_CONFLICT);
	assert_string_equal(err.setting, "cert");
	assert_string_equal(err.message, "cert and key go together: set both");
}

static void count_failures(void *arg, enum scanreq_check check, const char *subject,
			   const char *text)
{
	(void)subject;
	(void)text;
	*(int *)arg += check == SCANREQ_CHECK_FAILURE;
}

/* With keys and without a region, the endpoint is the first failure; nothing is sent. */
static void test_doctor_sets_the_first_failure(void **state)
{
	struct scanreq_options *options CLEANUP(options_free) = scanreq_options_new();
	struct scanreq_client *client CLEANUP(client_free) = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failures = 0;

	(void)state;
	assert_non_null(options);
	assert_int_equal(scanreq_options_set(options, SCANREQ_OPT_ACCESS_KEY_ID, "id", &err), 0);
	assert_int_equal(scanreq_options_set(options, SCANREQ_OPT_ACCESS_KEY_SECRET, "secret",
					     &err),
			 0);
	assert_int_equal(scanreq_client_new(options, &client, &err), 0);
	assert_int_equal(scanreq_doctor(client, count_failures, &failures, &err),
			 SCANREQ_E_USAGE);
	assert_int_equal(failures, 1);
	assert_int_equal(err.klass, SCANREQ_E_USAGE);
	assert_int_equal(err.code, SCANREQ_CODE_REGION_MISSING);
	assert_string_equal(err.setting, "region");
	assert_int_equal(scanreq_doctor(client, count_failures, &failures, NULL),
			 SCANREQ_E_USAGE);
	assert_int_equal(failures, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused_value_names_its_setting),
		cmocka_unit_test(test_conflict_names_a_setting),
		cmocka_unit_test(test_doctor_sets_the_first_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
