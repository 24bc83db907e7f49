/* SPDX-License-Identifier: MIT */
/* What each answer of the service means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "tests/unit/fixture.h"

struct sample {
	int status;
	const char *body;
	int klass;
	const char *code;
	const char *says;
};

#define ERROR(code, message) \
	"{\"Code\":\"" code "\",\"Message\":\"" message \
	"\",\"HostId\":\"h\",\"RequestId\":\"R-1\"}"
#define OLD(success, code, status) \
	"{\"Success\":" success ",\"Code\":\"" code "\",\"HttpStatusCode\":" status "," \
	"\"TimeCost\":3,\"Message\":\"m\",\"RequestId\":\"R-1\""

static enum scanreq_status status_of(int klass)
{
	if (klass == SCANREQ_OK)
		return SCANREQ_STATUS_ACCEPTED;
	return klass == SCANREQ_E_UNKNOWN ? SCANREQ_STATUS_UNKNOWN : SCANREQ_STATUS_FAILED;
}

static void check_sample(const struct sample *s)
{
	const struct exchange exchange = { FIXTURE_EXCHANGE, .status = s->status,
					   .answer_body = s->body };
	struct fixture b CLEANUP_BENCH = { 0 };
	int klass;

	fixture_start(&b, &exchange, 1);
	klass = fixture_send(&b);
	scripted_done(b.transport);
	if (klass != s->klass)
		fail_msg("%d %s: %d (%s)", s->status, s->body, klass, b.err.message);
	assert_int_equal(b.err.klass, s->klass);
	assert_int_equal(b.submission->status, status_of(s->klass));
	assert_int_equal(b.submission->attempts, 1);
	assert_string_equal(b.err.service_code, s->code ? s->code : "");
	if (s->klass == SCANREQ_OK)
		return;
	assert_int_equal(b.err.http_status, s->status);
	assert_string_equal(b.err.host, "tds.cn-shanghai.aliyuncs.com");
	assert_string_equal(b.err.request_id, s->body && strstr(s->body, "R-1") ? "R-1" : "");
	assert_says(b.err.message, s->says);
	if (s->klass == SCANREQ_E_UNKNOWN)
		assert_says(b.err.message,
			    "a task may exist: do not repeat the request blindly");
}

static void check_samples(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_sample(&samples[i]);
}

static void test_success_answers(void **state)
{
	static const struct sample samples[] = {
		{ 200, ACCEPTED, 0, NULL, NULL },
		{ 200, OLD("true", "200", "200") ",\"Data\":{\"TaskId\":\"t\"}}", 0, NULL,
		  NULL },
		{ 200, OLD("true", "success", "200") ",\"Data\":{\"TaskId\":\"t\"}}", 0, NULL,
		  NULL },
		{ 200, OLD("true", "", "200") ",\"Data\":{\"TaskId\":\"t\"}}", 0, NULL, NULL },
		{ 201, "{\"Data\":{\"TaskId\":\"t\",\"Uuid\":null,\"RepoId\":[]}}", 0, NULL,
		  NULL },
		{ 200, "{\"data\":{\"taskId\":\"t\"},\"requestId\":\"r\"}", 0, NULL, NULL },
	};

	(void)state;
	check_samples(samples, ARRAY_LENGTH(samples));
}

static void test_denied_answers(void **state)
{
	static const struct sample samples[] = {
		{ 400, ERROR("NoPermission", "no permission"), SCANREQ_E_DENIED,
		  "NoPermission",
		  "the edition of Security Center, the token, or the centre (region)" },
		{ 403, ERROR("NoPermission", "caller has no permission"), SCANREQ_E_DENIED,
		  "NoPermission",
		  "grant the RAM user or role yundun-sas:CreateJenkinsImageScanTask" },
		{ 403, ERROR("Forbidden.RAM", "m"), SCANREQ_E_DENIED, "Forbidden.RAM",
		  "grant" },
		{ 404, ERROR("InvalidAccessKeyId.NotFound", "m"), SCANREQ_E_DENIED,
		  "InvalidAccessKeyId.NotFound", "check the key id" },
		{ 403, ERROR("InvalidAccessKeyId.Inactive", "m"), SCANREQ_E_DENIED,
		  "InvalidAccessKeyId.Inactive", "disabled" },
		{ 400, ERROR("SignatureDoesNotMatch", "m"), SCANREQ_E_DENIED,
		  "SignatureDoesNotMatch", "the secret does not belong to the key id" },
		{ 400, ERROR("IncompleteSignature", "m"), SCANREQ_E_DENIED,
		  "IncompleteSignature", "the secret" },
		{ 400, ERROR("InvalidSecurityToken.Expired", "m"), SCANREQ_E_DENIED,
		  "InvalidSecurityToken.Expired", "get new ones" },
		{ 400, ERROR("MissingSecurityToken", "m"), SCANREQ_E_DENIED,
		  "MissingSecurityToken", "ALIBABA_CLOUD_SECURITY_TOKEN" },
		{ 200, OLD("false", "NoPermission", "403") "}", SCANREQ_E_DENIED,
		  "NoPermission", "grant" },
	};

	(void)state;
	check_samples(samples, ARRAY_LENGTH(samples));
}

static void test_refused_answers(void **state)
{
	static const struct sample samples[] = {
		{ 400, ERROR("InvalidParameter", "Tag is bad"), SCANREQ_E_REFUSED,
		  "InvalidParameter",
		  "refused the request: HTTP 400 InvalidParameter; it says: Tag is bad" },
		{ 404, ERROR("InvalidApi.NotFound", "m"), SCANREQ_E_REFUSED,
		  "InvalidApi.NotFound", "404" },
		{ 400, "<html>bad\nrequest</html>", SCANREQ_E_REFUSED, NULL,
		  "HTTP 400; it says: <html>bad\\nrequest</html>" },
		{ 403, NULL, SCANREQ_E_REFUSED, NULL, "HTTP 403" },
		{ 200, OLD("false", "SomeCode", "200") "}", SCANREQ_E_REFUSED, "SomeCode",
		  "HTTP 200 SomeCode" },
		{ 200, "{\"Success\":false}", SCANREQ_E_REFUSED, NULL, "HTTP 200" },
		{ 302, NULL, SCANREQ_E_REFUSED, NULL, "a redirect is not followed" },
	};

	(void)state;
	check_samples(samples, ARRAY_LENGTH(samples));
}

static void test_other_refusals(void **state)
{
	static const struct sample samples[] = {
		{ 400, ERROR("Throttling.User", "m"), SCANREQ_E_UNAVAILABLE, "Throttling.User",
		  "try again" },
		{ 503, ERROR("Throttling", "m"), SCANREQ_E_UNAVAILABLE, "Throttling",
		  "try again" },
		{ 429, NULL, SCANREQ_E_UNAVAILABLE, NULL, "try again" },
		{ 503, ERROR("ServiceUnavailable", "m"), SCANREQ_E_UNAVAILABLE,
		  "ServiceUnavailable", "try again" },
		{ 400, ERROR("InvalidTimeStamp.Expired", "m"), SCANREQ_E_USAGE,
		  "InvalidTimeStamp.Expired", "the clock of this machine differs" },
	};

	(void)state;
	check_samples(samples, ARRAY_LENGTH(samples));
}

static void test_unknown_answers(void **state)
{
	static const struct sample samples[] = {
		{ 500, ERROR("ServerError", "ServerError"), SCANREQ_E_UNKNOWN, "ServerError",
		  "gave no clear answer: HTTP 500 ServerError" },
		{ 500, ERROR("InternalError", "m"), SCANREQ_E_UNKNOWN, "InternalError",
		  "500" },
		{ 500, ERROR("SomethingElse", "m"), SCANREQ_E_UNKNOWN, "SomethingElse",
		  "500" },
		{ 400, ERROR("SignatureNonceUsed", "m"), SCANREQ_E_UNKNOWN,
		  "SignatureNonceUsed", "the nonce was new" },
		{ 502, "<html>Bad Gateway</html>", SCANREQ_E_UNKNOWN, NULL, "HTTP 502" },
		{ 503, NULL, SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 200, NULL, SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 204, NULL, SCANREQ_E_UNKNOWN, NULL, "HTTP 204" },
		{ 200, "{}", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "[]", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "{\"Data\":{\"TaskId\":\"\"}}", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "{\"Data\":{\"TaskId\":\"a\\u0000b\"}}", SCANREQ_E_UNKNOWN, NULL,
		  "HTTP 200" },
		{ 200, "{\"Data\":{\"TaskId\":{}}}", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "{\"Data\":[\"TaskId\"]}", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "{\"Data\":{\"TaskId\":\"t\"}", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "{\"Data\":{\"TaskId\":\"t\",\"TaskId\":\"u\"}}", SCANREQ_E_UNKNOWN,
		  NULL, "HTTP 200" },
		{ 200, ACCEPTED "trailing", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, OLD("false", "SomeCode", "500") "}", SCANREQ_E_UNKNOWN, "SomeCode",
		  "HTTP 200" },
		{ 200, "{\"Success\":false,\"Code\":\"500\",\"RequestId\":\"R-1\"}",
		  SCANREQ_E_UNKNOWN, "500", "HTTP 200" },
		{ 200, OLD("false", "SomeCode", "200") ",\"Data\":{\"TaskId\":\"t\"}}",
		  SCANREQ_E_UNKNOWN, "SomeCode", "it names a task and declares a failure" },
		{ 500, OLD("true", "200", "200") ",\"Data\":{\"TaskId\":\"t\"}}",
		  SCANREQ_E_UNKNOWN, NULL, "HTTP 500" },
		{ 304, NULL, SCANREQ_E_REFUSED, NULL, "HTTP 304" },
		{ 199, NULL, SCANREQ_E_UNKNOWN, NULL, "HTTP 199" },
	};

	(void)state;
	check_samples(samples, ARRAY_LENGTH(samples));
}

#define XML(code, more) \
	"<Error><Code>" code "</Code><Message>a &lt;b&gt; &amp;lt; &#33;</Message>" more "</Error>"

/* An error in XML is the service's word, if it is all there; another page is not. */
static void test_answers_in_xml(void **state)
{
	static const struct sample samples[] = {
		{ 403, XML("NoPermission", "<RequestId>R-1</RequestId>"), SCANREQ_E_DENIED,
		  "NoPermission", "it says: a <b> &lt; &#33;" },
		{ 400, "<?xml version='1.0'?>\r\n" XML("Throttling", "") "\n",
		  SCANREQ_E_UNAVAILABLE, "Throttling", "try again" },
		{ 503, XML("ServiceUnavailable", "<RequestId>R-1</RequestId>"),
		  SCANREQ_E_UNAVAILABLE, "ServiceUnavailable", "try again" },
		{ 503, XML("ServiceUnavailable", ""), SCANREQ_E_UNKNOWN, "ServiceUnavailable",
		  "HTTP 503" },
		{ 500, XML("ServerError", ""), SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 200, XML("InvalidParameter", ""), SCANREQ_E_REFUSED, "InvalidParameter",
		  "HTTP 200" },
		{ 400, XML("", ""), SCANREQ_E_REFUSED, NULL, "HTTP 400" },
		{ 400, "<Error><Code><b>NoPermission</b></Code></Error>", SCANREQ_E_REFUSED, NULL,
		  "HTTP 400" },
		{ 200, "<html>" XML("NoPermission", ""), SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "<Error><Code>NoPermission</Code>", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "<?xml <Error></Error>", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
		{ 200, "<TaskId>t</TaskId>", SCANREQ_E_UNKNOWN, NULL, "HTTP 200" },
	};

	(void)state;
	check_samples(samples, ARRAY_LENGTH(samples));
}

#define SERVER_ERROR "<Code>ServerError</Code><RequestId>R-1</RequestId>"
#define THROTTLING "<Code>Throttling</Code>"

/* What stands elsewhere than right below <Error> must not decide whether it is sent again. */
static void test_only_children_of_the_error_count(void **state)
{
	static const struct sample samples[] = {
		{ 500, "<Error><!-- " THROTTLING " -->" SERVER_ERROR "</Error>",
		  SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 500, "<!-- <Error>" THROTTLING "</Error> --><Error>" SERVER_ERROR "</Error>",
		  SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 500, "<Error><Cause>" THROTTLING "</Cause>" SERVER_ERROR "</Error>",
		  SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 500, "<Error><a><Error>" THROTTLING "</Error></a>" SERVER_ERROR "</Error>",
		  SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 500, "<Error><a b='>" THROTTLING "'/>" SERVER_ERROR "</Error>",
		  SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 500, "<Error><a><![CDATA[</a>" THROTTLING "]]></a>" SERVER_ERROR "</Error>",
		  SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 500, "<Error><?x " THROTTLING "?>" SERVER_ERROR "</Error><!-- end -->",
		  SCANREQ_E_UNKNOWN, "ServerError", "HTTP 500" },
		{ 400, "<Error><HostId/><a x='1'>b<c/></a>\n" THROTTLING "</Error>",
		  SCANREQ_E_UNAVAILABLE, "Throttling", "try again" },
		/* What is not well formed, and what says two things, is no word of the service. */
		{ 503, "<Error>" THROTTLING "<Code>ServerError</Code></Error>",
		  SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 503, "<Error><a></b>" THROTTLING "</Error>", SCANREQ_E_UNKNOWN, NULL,
		  "HTTP 503" },
		{ 503, "<Error>" THROTTLING "</Error><Error></Error>", SCANREQ_E_UNKNOWN, NULL,
		  "HTTP 503" },
		{ 503, "<Error>text" THROTTLING "</Error>", SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 503, "<Error><a>" THROTTLING "</Error>", SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 503, "<Error><!-- " THROTTLING "</Error>", SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 503, "<!DOCTYPE x [<!ENTITY y '" THROTTLING "'>]><Error>&y;</Error>",
		  SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 503, "<Error/>", SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 503, "<Error><a", SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
		{ 503, "<", SCANREQ_E_UNKNOWN, NULL, "HTTP 503" },
	};

	(void)state;
	check_samples(samples, ARRAY_LENGTH(samples));
}

/* Both sides' texts, at -vv and without secrets, show where they differ. */
static void test_signatures_that_differ(void **state)
{
	static const char echo[] =
		"{\"Code\":\"SignatureDoesNotMatch\",\"Message\":"
		"\"server string to sign is:ACS3-HMAC-SHA256\\nabc\\nx-acs-security-token:"
		SECURITY_TOKEN "\"}";
	static const struct exchange exchange = {
		.method = "POST", .url = URL, .body = FORM_BEFORE_TOKEN TOKEN, .status = 400,
		.answer_body = echo,
	};
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, &exchange, 1);
	b.keys.security_token = SECURITY_TOKEN;
	assert_int_equal(fixture_send(&b), SCANREQ_E_DENIED);
	assert_says(b.err.message, "-vv");
	assert_says(buf_str(&b.lines),
		    "the service says: server string to sign is:ACS3-HMAC-SHA256\n"
		    "the service says: abc\nthe service says: x-acs-security-token:***\n");
	assert_says(buf_str(&b.lines), "signed here: x-acs-action:CreateJenkinsImageScanTask\n");
	assert_says(buf_str(&b.lines), "signed here: x-acs-security-token:***\n");
	assert_says(buf_str(&b.lines), "signed here: ACS3-HMAC-SHA256\n");
	assert_no_secrets(&b);
}

static void test_redirect_names_the_host(void **state)
{
	static const char *const headers[] = { "Location: https://evil.example:8443/take?it=1",
					       NULL };
	static const struct exchange exchange = { FIXTURE_EXCHANGE, .status = 307,
						  .answer_headers = headers };
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, &exchange, 1);
	assert_int_equal(fixture_send(&b), SCANREQ_E_REFUSED);
	scripted_done(b.transport);
	assert_says(b.err.message, "(to evil.example:8443)");
}

/* The gateway prints the canonical request into its errors. */
static void test_echoed_secrets(void **state)
{
	static const char echo[] =
		"{\"Code\":\"SignatureDoesNotMatch\",\"RequestId\":\"" KEY_SECRET
		"\",\"Message\":"
		"\"POST\\n/\\nx-acs-accesskey-id:" KEY_ID
		"\\nx-acs-security-token:" SECURITY_TOKEN
		"\\nCAIS%2Btoken%2Fwith%3D%3Dchars\\n\\u001b[31m" TOKEN KEY_SECRET "\"}";
	static const struct exchange exchange = {
		.method = "POST", .url = URL, .body = FORM_BEFORE_TOKEN TOKEN, .status = 400,
		.answer_body = echo,
	};
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, &exchange, 1);
	b.keys.security_token = SECURITY_TOKEN;
	assert_int_equal(fixture_send(&b), SCANREQ_E_DENIED);
	assert_no_secrets(&b);
	assert_silent(b.err.message, "CAIS");
	assert_says(b.err.message, "x-acs-security-token:***\\n***\\n\\x1b[31m***");
	assert_string_equal(b.err.request_id, "***");
}

static void test_echoed_token(void **state)
{
	static const char echo[] = "{\"Data\":{\"TaskId\":\"t\",\"Uuid\":\"<" TOKEN ">\"}}";
	static const struct exchange exchange = { FIXTURE_EXCHANGE, .status = 200,
						  .answer_body = echo };
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, &exchange, 1);
	assert_int_equal(fixture_send(&b), 0);
	assert_string_equal(b.submission->texts[SCANREQ_SUBMISSION_TASK_ID], "t");
	assert_string_equal(b.submission->texts[SCANREQ_SUBMISSION_UUID], "<***>");
}

/* A secret that would be cut in two is masked before. */
static void test_echo_at_the_cut(void **state)
{
	static char echo[2048];
	static const struct exchange exchange = { FIXTURE_EXCHANGE, .status = 400,
						  .answer_body = echo };

	(void)state;
	for (int filler = 380; filler < 400; filler++) {
		struct fixture b CLEANUP_BENCH = { 0 };

		snprintf(echo, sizeof(echo), "{\"Code\":\"X\",\"Message\":\"%0*d%s%s\"}",
			 filler, 0, TOKEN, KEY_SECRET);
		fixture_start(&b, &exchange, 1);
		assert_int_equal(fixture_send(&b), SCANREQ_E_REFUSED);
		assert_silent(b.err.message, "c3de");
		assert_silent(b.err.message, "Your");
	}
}

static void test_no_error_wanted(void **state)
{
	static const struct exchange exchange = { FIXTURE_EXCHANGE, .status = 500 };
	struct fixture b CLEANUP_BENCH = { 0 };

	(void)state;
	fixture_start(&b, &exchange, 1);
	assert_int_equal(submit_send(&b.context, b.request, &b.submission, NULL),
			 SCANREQ_E_UNKNOWN);
	assert_int_equal(b.submission->status, SCANREQ_STATUS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_success_answers),
		cmocka_unit_test(test_denied_answers),
		cmocka_unit_test(test_refused_answers),
		cmocka_unit_test(test_other_refusals),
		cmocka_unit_test(test_unknown_answers),
		cmocka_unit_test(test_answers_in_xml),
		cmocka_unit_test(test_only_children_of_the_error_count),
		cmocka_unit_test(test_signatures_that_differ),
		cmocka_unit_test(test_redirect_names_the_host),
		cmocka_unit_test(test_echoed_secrets),
		cmocka_unit_test(test_echoed_token),
		cmocka_unit_test(test_echo_at_the_cut),
		cmocka_unit_test(test_no_error_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
