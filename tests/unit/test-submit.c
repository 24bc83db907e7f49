/* SPDX-License-Identifier: MIT */
/* What is built, shown and sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "tests/unit/fixture.h"
#include "tests/unit/testdata.h"

static const char *text_of(const struct fixture *b, enum scanreq_submission_text text)
{
	return b->submission->texts[text];
}

/* --- previews ---------------------------------------------------------------------- */

/* The text of a golden file with a part of it replaced. */
static void golden(const char *path, const char *part, const char *by, struct buf *out)
{
	struct buf file CLEANUP_BUF = BUF_INIT(64 * KIB);
	const char *at;

	testdata_read(path, &file);
	at = part ? strstr(buf_str(&file), part) : NULL;
	if (part) {
		assert_non_null(at);
		buf_add(out, file.data, (size_t)(at - file.data));
		buf_puts(out, by);
		buf_puts(out, at + strlen(part));
	} else {
		buf_puts(out, buf_str(&file));
	}
	out->data[--out->len] = '\0';
}

static void assert_golden(const char *text, const char *path, const char *part, const char *by)
{
	struct buf expected CLEANUP_BUF = BUF_INIT(64 * KIB);

	golden(path, part, by, &expected);
	assert_string_equal(text, buf_str(&expected));
}

static void test_preview(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	fixture_fix(&b);
	b.context.show_signature = true;
	assert_int_equal(fixture_preview(&b), 0);
	assert_int_equal(b.submission->status, SCANREQ_STATUS_DRY_RUN);
	assert_int_equal(b.submission->attempts, 0);
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_METHOD), "POST");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_URL), URL);
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_BODY), FORM_BEFORE_TOKEN "***");
	assert_golden(text_of(&b, SCANREQ_SUBMISSION_CANONICAL_REQUEST),
		      "testdata/signature/scan-task/canonical-request.txt", NULL, NULL);
	assert_golden(text_of(&b, SCANREQ_SUBMISSION_STRING_TO_SIGN),
		      "testdata/signature/scan-task/string-to-sign.txt", NULL, NULL);
	assert_golden(fixture_header(&b, "Authorization"),
		      "testdata/signature/scan-task/authorization.txt", KEY_ID,
		      "Your****eyId");
	assert_null(text_of(&b, SCANREQ_SUBMISSION_TASK_ID));
	assert_no_secrets(&b);
}

static void test_preview_headers(void **state)
{
	static const char *const names[] = {
		"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce",
		"x-acs-content-sha256", "accept", "content-type", "Authorization",
	};
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	fixture_fix(&b);
	assert_int_equal(fixture_preview(&b), 0);
	assert_int_equal(b.submission->header_names.count, ARRAY_LENGTH(names));
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		assert_string_equal(b.submission->header_names.items[i], names[i]);
	assert_string_equal(fixture_header(&b, "host"), "tds.cn-shanghai.aliyuncs.com");
	assert_string_equal(fixture_header(&b, "x-acs-date"), "2024-06-03T10:00:00Z");
	assert_string_equal(fixture_header(&b, "x-acs-signature-nonce"), NONCE);
	assert_string_equal(
		fixture_header(&b, "Authorization"),
		"ACS3-HMAC-SHA256 Credential=Your****eyId,SignedHeaders=content-type;host;"
		"x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;"
		"x-acs-version,Signature=***");
}

static void test_preview_with_temporary_keys(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };
	struct buf expected CLEANUP_BUF = BUF_INIT(64 * KIB);
	char *canonical CLEANUP_FREE = NULL;
	char *at;

	(void)state;
	fixture_start(&b, NULL, 0);
	fixture_fix(&b);
	b.context.show_signature = true;
	b.keys.security_token = SECURITY_TOKEN;
	assert_int_equal(fixture_preview(&b), 0);
	golden("testdata/signature/temporary-keys/canonical-request.txt", KEY_ID,
	       "Your****eyId", &expected);
	at = strstr(expected.data, SECURITY_TOKEN);
	assert_non_null(at);
	assert_true(asprintf(&canonical, "%.*s***%s", (int)(at - expected.data), expected.data,
			     at + strlen(SECURITY_TOKEN)) > 0);
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_CANONICAL_REQUEST), canonical);
	assert_string_equal(fixture_header(&b, "x-acs-security-token"), "***");
	assert_string_equal(fixture_header(&b, "x-acs-accesskey-id"), "Your****eyId");
	assert_golden(fixture_header(&b, "Authorization"),
		      "testdata/signature/temporary-keys/authorization.txt", KEY_ID,
		      "Your****eyId");
	assert_no_secrets(&b);
}

static void test_preview_without_keys(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	fixture_fix(&b);
	b.keys = (struct given_keys){ NULL, NULL, NULL };
	assert_int_equal(fixture_preview(&b), 0);
	assert_int_equal(b.submission->status, SCANREQ_STATUS_DRY_RUN);
	assert_null(fixture_header(&b, "Authorization"));
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_STRING_TO_SIGN), "");
	assert_golden(text_of(&b, SCANREQ_SUBMISSION_CANONICAL_REQUEST),
		      "testdata/signature/scan-task/canonical-request.txt", NULL, NULL);
	assert_says(buf_str(&b.lines), "there are no access keys");
}

/* Nothing but an empty body: no content type is signed or sent. */
static void test_preview_of_nothing(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	fixture_fix(&b);
	b.context.show_signature = true;
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		assert_int_equal(
			scan_request_set(b.request, (enum scanreq_param)p, NULL, NULL), 0);
	assert_int_equal(fixture_preview(&b), 0);
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_URL),
			    "https://tds.cn-shanghai.aliyuncs.com/");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_BODY), "");
	assert_null(fixture_header(&b, "content-type"));
	assert_golden(fixture_header(&b, "Authorization"),
		      "testdata/signature/empty/authorization.txt", KEY_ID, "Your****eyId");
}

static void test_random_nonces(void **state)
{
	struct fixture one CLEANUP_BENCH = { 0 }, two CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&one, NULL, 0);
	fixture_start(&two, NULL, 0);
	assert_int_equal(fixture_preview(&one), 0);
	assert_int_equal(fixture_preview(&two), 0);
	assert_int_equal(strlen(fixture_header(&one, "x-acs-signature-nonce")), 32);
	assert_string_not_equal(fixture_header(&one, "x-acs-signature-nonce"),
				fixture_header(&two, "x-acs-signature-nonce"));
}

static void test_preview_errors(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	b.context.region = NULL;
	assert_int_equal(fixture_preview(&b), SCANREQ_E_USAGE);
	assert_int_equal(b.submission->status, SCANREQ_STATUS_NOT_ATTEMPTED);
	assert_says(b.err.message, "no region is given");
	submission_free(&b.submission);
	b.context.region = "cn-shanghai";
	b.context.fixed_nonce = "a\r\nx-evil: 1";
	assert_int_equal(fixture_preview(&b), SCANREQ_E_USAGE);
	assert_says(b.err.message, "x-acs-signature-nonce has a control character");
	submission_free(&b.submission);
	b.context.fixed_nonce = "";
	assert_int_equal(fixture_preview(&b), SCANREQ_E_USAGE);
}

static void test_preview_with_half_a_pair(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	b.keys.key_secret = NULL;
	assert_int_equal(fixture_preview(&b), SCANREQ_E_DENIED);
}

/* However many images a run previews, it looks for keys once. */
static void test_previews_search_once(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	assert_int_equal(fixture_preview(&b), 0);
	submission_free(&b.submission);
	b.keys = (struct given_keys){ NULL, NULL, NULL };
	assert_int_equal(fixture_preview(&b), 0);
	assert_says(fixture_header(&b, "Authorization"), "Credential=Your****eyId");
	assert_null(strstr(strstr(buf_str(&b.lines), "access key Your") + 1, "access key Your"));
}

/* --- sending ----------------------------------------------------------------------- */

static void test_accepted(void **state)
{
	static const struct exchange exchanges[] = {
		{ FIXTURE_EXCHANGE, .status = 200, .answer_body = ACCEPTED },
	};
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, exchanges, 1);
	assert_int_equal(fixture_send(&b), 0);
	scripted_done(b.transport);
	assert_int_equal(b.submission->status, SCANREQ_STATUS_ACCEPTED);
	assert_int_equal(b.submission->attempts, 1);
	assert_int_equal(b.err.klass, SCANREQ_OK);
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_TASK_ID),
			    "fc98d58eb56f699d49bf7ebbd6d70000");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_UUID),
			    "6690a46c-0edb-4663-a641-3629d1a90000");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_IMAGE_SCAN_CAPACITY), "100");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_REPO_REGION_ID), "cn-hangzhou");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_REPO_INSTANCE_ID),
			    "cri-0gkaatghnmnt0000");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_REPO_ID), "crr-upze3gcopm9c0000");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_REQUEST_ID), "52870893-48A7-5A9E");
	assert_string_equal(text_of(&b, SCANREQ_SUBMISSION_BODY), FORM_BEFORE_TOKEN "***");
	assert_says(buf_str(&b.lines), "access key Your****eyId from the caller");
	assert_says(buf_str(&b.lines), "endpoint: https://tds.cn-shanghai.aliyuncs.com");
	assert_no_secrets(&b);
}

/* A real request's signature is never shown, whatever was asked for. */
static void test_temporary_keys(void **state)
{
	static const char *const headers[] = { "x-acs-accesskey-id: " KEY_ID,
					       "x-acs-security-token: " SECURITY_TOKEN, NULL };
	static const struct exchange exchanges[] = {
		{ .method = "POST",
		  .url = URL,
		  .headers = headers,
		  .body = FORM_BEFORE_TOKEN TOKEN,
		  .status = 200,
		  .answer_body = ACCEPTED },
	};
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, exchanges, 1);
	b.keys.security_token = SECURITY_TOKEN;
	b.context.show_signature = true;
	assert_int_equal(fixture_send(&b), 0);
	scripted_done(b.transport);
	assert_says(fixture_header(&b, "Authorization"), "Signature=***");
	assert_no_secrets(&b);
}

static void test_other_endpoint(void **state)
{
	static const char *const headers[] = { "host: 127.0.0.1:8080",
					       "Expect:", "Content-Type:", NULL };
	static const struct exchange exchanges[] = {
		{ .method = "POST",
		  .url = "http://127.0.0.1:8080/",
		  .headers = headers,
		  .status = 200,
		  .answer_body = ACCEPTED },
	};
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, exchanges, 1);
	b.context.endpoint = "127.0.0.1:8080";
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		assert_int_equal(
			scan_request_set(b.request, (enum scanreq_param)p, NULL, NULL), 0);
	assert_int_equal(fixture_send(&b), 0);
	scripted_done(b.transport);
}

static void test_not_attempted(void **state)
{
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, NULL, 0);
	b.context.fixed_nonce = NONCE;
	assert_int_equal(fixture_send(&b), SCANREQ_E_USAGE);
	assert_says(b.err.message, "dry runs");
	assert_string_equal(b.err.setting, "fixed-nonce");
	submission_free(&b.submission);
	b.context.fixed_nonce = NULL;
	b.context.fixed_time_ms = 0;
	assert_int_equal(fixture_send(&b), SCANREQ_E_USAGE);
	submission_free(&b.submission);
	b.context.fixed_time_ms = -1;
	b.keys = (struct given_keys){ NULL, NULL, NULL };
	assert_int_equal(fixture_send(&b), SCANREQ_E_DENIED);
	assert_says(b.err.message, "ALIBABA_CLOUD_ACCESS_KEY_ID and "
				   "ALIBABA_CLOUD_ACCESS_KEY_SECRET");
	assert_int_equal(b.submission->status, SCANREQ_STATUS_NOT_ATTEMPTED);
	assert_int_equal(b.submission->attempts, 0);
}

/* --- failures of the transport ----------------------------------------------------- */

static void test_transport_failures(void **state)
{
	static const struct {
		int fails;
		bool sent;
		int klass;
		enum scanreq_status status;
		int attempts;
	} failures[] = {
		{ SCANREQ_E_UNAVAILABLE, false, SCANREQ_E_UNAVAILABLE,
		  SCANREQ_STATUS_NOT_ATTEMPTED, 0 },
		{ SCANREQ_E_USAGE, false, SCANREQ_E_USAGE, SCANREQ_STATUS_NOT_ATTEMPTED, 0 },
		{ SCANREQ_E_UNAVAILABLE, true, SCANREQ_E_UNKNOWN, SCANREQ_STATUS_UNKNOWN, 1 },
		{ SCANREQ_E_UNREADABLE, true, SCANREQ_E_UNKNOWN, SCANREQ_STATUS_UNKNOWN, 1 },
		{ SCANREQ_E_NOMEM, true, SCANREQ_E_UNKNOWN, SCANREQ_STATUS_UNKNOWN, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(failures); i++) {
		const struct exchange exchange = { FIXTURE_EXCHANGE, .fails = failures[i].fails,
						   .sent = failures[i].sent };
		struct fixture b CLEANUP_BENCH = { 0 };

		fixture_start(&b, &exchange, 1);
		assert_int_equal(fixture_send(&b), failures[i].klass);
		scripted_done(b.transport);
		assert_int_equal(b.err.klass, failures[i].klass);
		assert_int_equal(b.submission->status, failures[i].status);
		assert_int_equal(b.submission->attempts, failures[i].attempts);
		assert_says(b.err.message, "scripted failure");
		assert_string_equal(b.err.host, "tds.cn-shanghai.aliyuncs.com");
		if (failures[i].sent)
			assert_says(b.err.message, "do not repeat the request blindly");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preview),
		cmocka_unit_test(test_preview_headers),
		cmocka_unit_test(test_preview_with_temporary_keys),
		cmocka_unit_test(test_preview_without_keys),
		cmocka_unit_test(test_preview_of_nothing),
		cmocka_unit_test(test_random_nonces),
		cmocka_unit_test(test_preview_errors),
		cmocka_unit_test(test_preview_with_half_a_pair),
		cmocka_unit_test(test_previews_search_once),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_temporary_keys),
		cmocka_unit_test(test_other_endpoint),
		cmocka_unit_test(test_not_attempted),
		cmocka_unit_test(test_transport_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
