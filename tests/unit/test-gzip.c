/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/stream/gzip.h"
#include "tests/unit/codes.h"
#include "tests/unit/tar.h"

/* Gives bytes in pieces of one size, then an endless number of zeros, then an error. */
struct pieces {
	const char *data;
	size_t len;
	size_t piece;
	size_t zeros;
	int fails;
};

static int next_piece(void *arg, const unsigned char **data, size_t *len,
		      struct scanreq_error *err)
{
	static const unsigned char zeros[65536];
	struct pieces *p = arg;

	if (p->len > 0) {
		*len = p->piece < p->len ? p->piece : p->len;
		*data = (const unsigned char *)p->data;
		p->data += *len;
		p->len -= *len;
		return 0;
	}
	if (p->fails)
		return error_set(err, a_code_of(p->fails), "the disk broke");
	*len = p->zeros < sizeof(zeros) ? p->zeros : sizeof(zeros);
	*data = zeros;
	p->zeros -= *len;
	return 0;
}

/* Decodes everything; the class of the first error. */
static int decode(struct pieces *pieces, struct buf *out, bool *garbage,
		  struct scanreq_error *err)
{
	struct byte_reader from = { next_piece, pieces };
	struct gzip *gzip CLEANUP(gzip_free) = NULL;
	const unsigned char *data;
	size_t len = 1;

	assert_int_equal(gzip_new(&from, &gzip, err), 0);
	while (len > 0) {
		int failed = gzip_read(gzip, &data, &len, err);

		if (failed)
			return failed;
		buf_add(out, data, len);
	}
	/* The end is the end, however often one asks. */
	assert_int_equal(gzip_read(gzip, &data, &len, err), 0);
	assert_int_equal(len, 0);
	*garbage = gzip_has_garbage(gzip);
	return 0;
}

/* Decodes in pieces of several sizes; what comes out must not depend on them. */
static void check(const struct buf *in, const char *text, bool garbage)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 100, 1000000 };

	for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
		struct pieces p = { in->data, in->len, pieces[i], 0, 0 };
		struct buf out CLEANUP_BUF = BUF_INIT(TAR_MAX);
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		bool has_garbage = false;

		if (decode(&p, &out, &has_garbage, &err))
			fail_msg("pieces of %zu: %s", pieces[i], err.message);
		assert_string_equal(buf_str(&out), text);
		assert_int_equal(has_garbage, garbage);
	}
}

static void refused(const struct buf *in, const char *message)
{
	static const size_t pieces[] = { 1, 2, 1000000 };

	for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
		struct pieces p = { in->data, in->len, pieces[i], 0, 0 };
		struct buf out CLEANUP_BUF = BUF_INIT(TAR_MAX);
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		bool garbage;

		assert_int_equal(decode(&p, &out, &garbage, &err), SCANREQ_E_UNREADABLE);
		if (!strstr(err.message, message))
			fail_msg("\"%s\" is not in: %s", message, err.message);
	}
}

static void test_members(void **state)
{
	struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);

	(void)state;
	gzip_add(&in, "one ", 4);
	check(&in, "one ", false);
	gzip_add(&in, "", 0);
	gzip_add(&in, "two", 3);
	check(&in, "one two", false);
}

static void test_large(void **state)
{
	struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);
	char *text CLEANUP_FREE = malloc(1000001);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 1000000);
	text[1000000] = '\0';
	gzip_add(&in, text, 1000000);
	check(&in, text, false);
}

static void test_optional_fields(void **state)
{
	/* FEXTRA, FNAME, FCOMMENT; then a stored block. */
	static const char in[] = "\x1f\x8b\x08\x1c\0\0\0\0\0\xff"
				 "\x03\0abcname\0comment\0"
				 "\x01\x02\0\xfd\xffhi"
				 "\xac\x2a\x93\xd8\x02\0\0\0";
	struct buf buf CLEANUP_BUF = BUF_INIT(1000);

	(void)state;
	buf_add(&buf, in, sizeof(in) - 1);
	check(&buf, "hi", false);
}

static void test_trailing(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool garbage;
	} cases[] = {
		{ "\0", 1, false },
		{ "\0\0\0\0\0\0\0\0\0\0", 10, false },
		{ "x", 1, true },
		{ "\0\0\0y\0", 5, true },
		{ "\x1f", 1, true },
		{ "\x1fz", 2, true },
		{ "\0\x1f\x8b\x08", 4, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);

		gzip_add(&in, "text", 4);
		buf_add(&in, cases[i].bytes, cases[i].len);
		check(&in, "text", cases[i].garbage);
	}
}

static void test_endless_trailing(void **state)
{
	struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);
	struct buf out CLEANUP_BUF = BUF_INIT(TAR_MAX);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	bool garbage;

	(void)state;
	gzip_add(&in, "text", 4);

	struct pieces within = { in.data, in.len, in.len, LIMIT_ARCHIVE_TRAILING, 0 };
	struct pieces beyond = { in.data, in.len, in.len, SIZE_MAX, 0 };

	assert_int_equal(decode(&within, &out, &garbage, &err), 0);
	assert_int_equal(decode(&beyond, &out, &garbage, &err), SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "follow the end of the gzip data"));
}

/* However a stream of two members is cut, all is said to be there only where it is. */
static void test_truncated(void **state)
{
	struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);
	size_t first, whole;

	(void)state;
	gzip_add(&in, "the first member", 16);
	first = in.len;
	gzip_add(&in, "the second one", 14);
	whole = in.len;
	for (size_t cut = 0; cut < whole; cut++) {
		in.len = cut;
		if (cut == first)
			check(&in, "the first member", false);
		else if (cut == first + 1)
			check(&in, "the first member", true);
		else
			refused(&in, "truncated");
	}
	in.len = whole;
}

static void test_damaged(void **state)
{
	struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);
	size_t len;

	(void)state;
	gzip_add(&in, "some text that is checked", 25);
	len = in.len;
	in.data[len - 5] ^= 1;
	refused(&in, "checksum (CRC-32)");
	in.data[len - 5] ^= 1;
	in.data[len - 1] ^= 1;
	refused(&in, "incorrect length check");
	in.data[len - 1] ^= 1;
	in.data[3] = (char)0xe0;
	refused(&in, "unknown header flags");
	in.data[3] = 0;
	in.data[2] = 9;
	refused(&in, "unknown compression method");
	in.data[2] = 8;
	in.data[10] = 7; /* a block of the type that is none */
	refused(&in, "invalid block type");
}

static void test_second_member_damaged(void **state)
{
	struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);

	(void)state;
	gzip_add(&in, "good", 4);
	buf_add(&in, "\x1f\x8b\x07 and more than a header", 25);
	refused(&in, "unknown compression method");
}

static void test_reader_fails(void **state)
{
	struct buf in CLEANUP_BUF = BUF_INIT(TAR_MAX);
	struct buf out CLEANUP_BUF = BUF_INIT(TAR_MAX);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	bool garbage;

	(void)state;
	gzip_add(&in, "text", 4);
	for (size_t len = 0; len <= in.len; len++) {
		struct pieces p = { in.data, len, 1, 0, SCANREQ_E_INTERNAL };

		assert_int_equal(decode(&p, &out, &garbage, &err), SCANREQ_E_INTERNAL);
		assert_string_equal(err.message, "the disk broke");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_optional_fields),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_endless_trailing),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_second_member_damaged),
		cmocka_unit_test(test_reader_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
