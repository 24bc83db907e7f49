/* SPDX-License-Identifier: MIT */
/* The stages of the signature against testdata/signature/, and what no vector shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "cloud/rpc/signature.h"
#include "tests/unit/testdata.h"

#define PAIRS_MAX 16

/* A request.txt, cut up in place. */
struct vector {
	struct buf text;
	struct acs3_request request;
	struct acs3_pair query[PAIRS_MAX];
	struct acs3_pair headers[PAIRS_MAX];
	const char *key_id;
	const char *key_secret;
};

static void vector_free(struct vector *v)
{
	buf_free(&v->text);
}

/* Ends `s` before `separator`, and returns what follows it. */
static char *cut(char *s, const char *separator)
{
	char *at = strstr(s, separator);

	assert_non_null(at);
	*at = '\0';
	return at + strlen(separator);
}

static void add_pair(struct acs3_pair *pairs, size_t *count, char *text, const char *separator)
{
	assert_true(*count < PAIRS_MAX);
	pairs[*count].value = cut(text, separator);
	pairs[(*count)++].name = text;
}

static void take_line(struct vector *v, char *line)
{
	char *value = cut(line, " ");

	if (strcmp(line, "method") == 0) {
		v->request.method = value;
	} else if (strcmp(line, "path") == 0) {
		v->request.path = value;
	} else if (strcmp(line, "key-id") == 0) {
		v->key_id = value;
	} else if (strcmp(line, "key-secret") == 0) {
		v->key_secret = value;
	} else if (strcmp(line, "query") == 0) {
		add_pair(v->query, &v->request.query_count, value, "=");
	} else if (strcmp(line, "header") == 0) {
		add_pair(v->headers, &v->request.header_count, value, ": ");
	} else {
		assert_string_equal(line, "body");
		v->request.body = value;
		v->request.body_len = strlen(value);
	}
}

static void read_stage(const char *name, const char *stage, struct buf *out)
{
	char path[128];

	snprintf(path, sizeof(path), "testdata/signature/%s/%s.txt", name, stage);
	testdata_read(path, out);
}

static void read_vector(const char *name, struct vector *v)
{
	char *line, *next;

	read_stage(name, "request", &v->text);
	for (line = v->text.data; *line; line = next) {
		next = cut(line, "\n");
		take_line(v, line);
	}
	v->request.query = v->query;
	v->request.headers = v->headers;
}

static void assert_stage(const char *name, const char *stage, const char *text)
{
	struct buf expected CLEANUP_BUF = BUF_INIT(64 * KIB);

	read_stage(name, stage, &expected);
	assert_true(expected.len > 0 && expected.data[expected.len - 1] == '\n');
	expected.data[expected.len - 1] = '\0';
	assert_string_equal(text, expected.data);
}

static void test_vector(void **state)
{
	const char *name = *state;
	struct vector v CLEANUP(vector_free) = { .text = BUF_INIT(64 * KIB) };
	struct buf canonical CLEANUP_BUF = BUF_INIT(64 * KIB);
	struct buf to_sign CLEANUP_BUF = BUF_INIT(64 * KIB);
	struct buf names CLEANUP_BUF = BUF_INIT(64 * KIB);
	struct buf authorization CLEANUP_BUF = BUF_INIT(64 * KIB);
	char signature[ACS3_HEX_SIZE];

	read_vector(name, &v);
	assert_int_equal(acs3_canonical_request(&v.request, &canonical, NULL), 0);
	assert_stage(name, "canonical-request", buf_str(&canonical));
	assert_int_equal(acs3_string_to_sign(buf_str(&canonical), &to_sign, NULL), 0);
	assert_stage(name, "string-to-sign", buf_str(&to_sign));
	assert_int_equal(acs3_signature(v.key_secret, buf_str(&to_sign), signature, NULL), 0);
	assert_stage(name, "signature", signature);
	assert_int_equal(acs3_signed_headers(&v.request, &names, NULL), 0);
	assert_int_equal(
		acs3_authorization(v.key_id, buf_str(&names), signature, &authorization, NULL),
		0);
	assert_stage(name, "authorization", buf_str(&authorization));
}

static void test_payload_hash(void **state)
{
	char hex[ACS3_HEX_SIZE];

	(void)state;
	assert_int_equal(acs3_payload_hash(NULL, 0, hex, NULL), 0);
	assert_string_equal(
		hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	/* FIPS 180-2, appendix B.1. */
	assert_int_equal(acs3_payload_hash("abc", 3, hex, NULL), 0);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_encode(void **state)
{
	static const struct acs3_pair pairs[] = {
		{ "b", "2" },      { "a.2", "x" }, { "a.10", "y" }, { "b", "1" },
		{ "empty", "" },   { "B", "3" },   { "n m", "~-._" }, { "z", "\xc3\xa9+/=&%" },
	};
	struct buf out CLEANUP_BUF = BUF_INIT(1 * KIB);

	(void)state;
	assert_int_equal(acs3_encode(pairs, ARRAY_LENGTH(pairs), &out, NULL), 0);
	assert_string_equal(
		buf_str(&out),
		"B=3&a.10=y&a.2=x&b=1&b=2&empty=&n%20m=~-._&z=%C3%A9%2B%2F%3D%26%25");
	buf_clear(&out);
	assert_int_equal(acs3_encode(NULL, 0, &out, NULL), 0);
	assert_string_equal(buf_str(&out), "");
}

/* What does not count is passed over; a name that is there twice becomes one line. */
static void test_headers(void **state)
{
	static const struct acs3_pair headers[] = {
		{ "x-acs-b", "  spaced \t" },
		{ "accept", "application/json" },
		{ "host", "h:1" },
		{ "x-acs-a", "second" },
		{ "x-acs-a", "first" },
		{ "user-agent", "u" },
		{ "content-length", "3" },
		{ "x-ac", "no" },
		{ "content-type", "" },
	};
	const struct acs3_request request = { .method = "GET",
					      .path = "/",
					      .headers = headers,
					      .header_count = ARRAY_LENGTH(headers) };
	struct buf out CLEANUP_BUF = BUF_INIT(1 * KIB);

	(void)state;
	assert_int_equal(acs3_canonical_request(&request, &out, NULL), 0);
	assert_string_equal(
		buf_str(&out),
		"GET\n/\n\n"
		"content-type:\nhost:h:1\nx-acs-a:first,second\nx-acs-b:spaced\n\n"
		"content-type;host;x-acs-a;x-acs-b\n"
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_no_headers(void **state)
{
	const struct acs3_request request = { .method = "POST", .path = "/" };
	struct buf out CLEANUP_BUF = BUF_INIT(1 * KIB);

	(void)state;
	assert_int_equal(acs3_canonical_request(&request, &out, NULL), 0);
	assert_string_equal(
		buf_str(&out),
		"POST\n/\n\n\n\n"
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_too_long(void **state)
{
	static const struct acs3_pair pair = { "name", "value" };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct buf out CLEANUP_BUF = BUF_INIT(8);

	(void)state;
	assert_int_equal(acs3_encode(&pair, 1, &out, &err), SCANREQ_E_UNREADABLE);
	assert_string_equal(err.message, "the request is larger than 8 bytes");
}

/* RFC 4231, test cases 2 and 6: a short key, and one longer than a block of the hash. */
static void test_hmac(void **state)
{
	char key[132] = "";
	char hex[ACS3_HEX_SIZE];

	(void)state;
	assert_int_equal(acs3_signature("Jefe", "what do ya want for nothing?", hex, NULL), 0);
	assert_string_equal(
		hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key) - 1);
	assert_int_equal(
		acs3_signature(key, "Test Using Larger Than Block-Size Key - Hash Key First",
			       hex, NULL),
		0);
	assert_string_equal(
		hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

#define VECTOR(name) { "vector " name, test_vector, NULL, NULL, (void *)(uintptr_t)name }

int main(void)
{
	const struct CMUnitTest tests[] = {
		VECTOR("published"),
		VECTOR("scan-task"),
		VECTOR("temporary-keys"),
		VECTOR("encoding"),
		VECTOR("empty"),
		cmocka_unit_test(test_payload_hash),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_no_headers),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_hmac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
