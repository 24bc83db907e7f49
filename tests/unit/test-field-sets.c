/* SPDX-License-Identifier: MIT */
/*
 * Hard sets of parameters, every stage of their request against what Alibaba's package
 * computes (testdata/signature/fields/, README.md there).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "cloud/rpc/call.h"
#include "tests/unit/fixture.h"
#include "tests/unit/testdata.h"

#define SETS_AT_LEAST 30

static const char *text_of(struct json_object *set, const char *name)
{
	const char *value = NULL;

	assert_int_equal(json_string(set, name, &value, NULL), 0);
	return value;
}

static enum scanreq_param param_of(const char *name)
{
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		if (strcmp(scanreq_param_name((enum scanreq_param)p), name) == 0)
			return (enum scanreq_param)p;
	fail_msg("there is no parameter %s", name);
	return SCANREQ_PARAM_COUNT_;
}

/* Replaces the request of the fixture by that of the set. */
static void set_fields(struct fixture *b, struct json_object *set)
{
	struct json_object *fields = NULL;

	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		assert_int_equal(
			scan_request_set(b->request, (enum scanreq_param)p, NULL, NULL), 0);
	assert_int_equal(json_member(set, "fields", json_type_object, &fields, NULL), 0);
	json_object_object_foreach(fields, name, value)
		assert_int_equal(scan_request_set(b->request, param_of(name),
						  json_object_get_string(value), NULL),
				 0);
}

static void sign(struct fixture *b, struct json_object *set, struct signed_call *out)
{
	struct acs3_pair query[SCANREQ_PARAM_COUNT_], form[SCANREQ_PARAM_COUNT_];
	const struct url url = { .https = true, .port = 443,
				 .host = (char[]){ "tds.cn-shanghai.aliyuncs.com" } };
	const struct credentials keys = {
		.key_id = (char[]){ KEY_ID },
		.key_secret = (char[]){ KEY_SECRET },
		.security_token = (char *)(uintptr_t)text_of(set, "security_token"),
	};
	const struct call call = {
		.action = "CreateJenkinsImageScanTask",
		.version = "2018-12-03",
		.url = &url,
		.query = query,
		.query_count = scan_request_pairs(b->request, true, query),
		.form = form,
		.form_count = scan_request_pairs(b->request, false, form),
		.credentials = &keys,
		.now_ms = NOW_MS,
		.nonce = NONCE,
	};

	assert_int_equal(call_sign(&call, out, &b->err), 0);
}

static void assert_header(const struct signed_call *call, const char *name, const char *value)
{
	char *line CLEANUP_FREE = NULL;

	assert_true(asprintf(&line, "%s: %s", name, value) > 0);
	if (!strv_has(&call->headers, line))
		fail_msg("no header \"%s\"", line);
}

static void check_set(const char *path)
{
	struct fixture b CLEANUP_BENCH = { 0 };
	struct buf text CLEANUP_BUF = BUF_INIT(1 * MIB);
	struct json_object *set CLEANUP_JSON = NULL;
	struct signed_call call CLEANUP_SIGNED_CALL = { .method = "" };
	const char *name = strstr(path, "testdata/");

	assert_non_null(name);
	testdata_read(name, &text);
	assert_int_equal(json_parse(buf_str(&text), text.len, name, &set, NULL), 0);
	fixture_start(&b, NULL, 0);
	set_fields(&b, set);
	sign(&b, set, &call);
	assert_string_equal(call.url.query ? call.url.query : "", text_of(set, "query"));
	assert_string_equal(buf_str(&call.body), text_of(set, "body"));
	assert_string_equal(buf_str(&call.canonical_request), text_of(set, "canonical_request"));
	assert_string_equal(buf_str(&call.string_to_sign), text_of(set, "string_to_sign"));
	assert_header(&call, "x-acs-content-sha256", text_of(set, "payload_hash"));
	assert_header(&call, "Authorization", text_of(set, "authorization"));
}

static void test_field_sets(void **state)
{
	char *pattern CLEANUP_FREE = testdata_path("testdata/signature/fields/*.json");
	glob_t found;

	(void)state;
	assert_non_null(pattern);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= SETS_AT_LEAST);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_set(found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_field_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
