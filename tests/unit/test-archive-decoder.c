/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "source/stream/decoder.h"
#include "source/stream/frames.h"
#include "tests/unit/tar.h"

#define DATA_SIZE 3000

static const enum compression formats[] = {
	COMPRESSION_GZIP, COMPRESSION_BZIP2, COMPRESSION_XZ, COMPRESSION_ZSTD, COMPRESSION_LZ4,
};

/* --- packing ----------------------------------------------------------------------- */

/* Text that shrinks a little, the same each time. */
static void fill(char data[DATA_SIZE])
{
	unsigned int x = 1;

	for (size_t i = 0; i < DATA_SIZE; i++) {
		x = x * 1103515245U + 12345U;
		data[i] = (char)('a' + (x >> 16) % 16);
	}
}

static int add_filter(struct archive *a, enum compression format)
{
	switch (format) {
	case COMPRESSION_GZIP:
		return archive_write_add_filter_gzip(a);
	case COMPRESSION_BZIP2:
		return archive_write_add_filter_bzip2(a);
	case COMPRESSION_XZ:
		return archive_write_add_filter_xz(a);
	case COMPRESSION_ZSTD:
		return archive_write_add_filter_zstd(a);
	case COMPRESSION_LZ4:
		return archive_write_add_filter_lz4(a);
	case COMPRESSION_NONE:
		break;
	}
	return ARCHIVE_FATAL;
}

static void pack(enum compression format, const char *data, size_t len, struct buf *out)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	static char packed[4 * DATA_SIZE];
	size_t used = 0;

	assert_int_equal(add_filter(a, format), ARCHIVE_OK);
	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_per_block(a, 1), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(a, packed, sizeof(packed), &used), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, data, len), len);
	archive_entry_free(entry);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	buf_add(out, packed, used);
}

/* --- decoding ---------------------------------------------------------------------- */

/* Bytes handed out in pieces. */
struct pieces {
	const struct buf *bytes;
	size_t at;
	size_t piece;
};

static int read_piece(void *arg, const unsigned char **data, size_t *len,
		      struct scanreq_error *err)
{
	struct pieces *p = arg;
	size_t left = p->bytes->len - p->at;

	(void)err;
	*len = left < p->piece ? left : p->piece;
	*data = (const unsigned char *)p->bytes->data + p->at;
	p->at += *len;
	return 0;
}

static int decode(enum compression format, const struct buf *packed, size_t piece,
		  struct buf *out, bool *garbage, struct scanreq_error *err)
{
	struct pieces pieces = { packed, 0, piece };
	struct byte_reader from = { read_piece, &pieces };
	struct decoder *decoder CLEANUP_DECODER = NULL;
	int failed = decoder_new(format, &from, &decoder, err);
	const unsigned char *data;
	size_t len = 1;

	buf_clear(out);
	while (!failed && len > 0) {
		failed = decoder_read(decoder, &data, &len, err);
		if (!failed && len > 0)
			buf_add(out, data, len);
	}
	if (!failed)
		assert_int_equal(pieces.at, packed->len);
	*garbage = !failed && decoder_has_garbage(decoder);
	return failed;
}

static void refused(enum compression format, const struct buf *packed, const char *message)
{
	struct buf out CLEANUP_BUF = TAR_INIT;
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	bool garbage;

	assert_int_equal(decode(format, packed, 4096, &out, &garbage, &err),
			 SCANREQ_E_UNREADABLE);
	if (!strstr(err.message, message) || !strstr(err.message, compression_name(format)))
		fail_msg("%s, \"%s\" is not in: %s", compression_name(format), message,
			 err.message);
}

static enum compression format_of(const struct buf *packed)
{
	return magic_compression((const unsigned char *)packed->data, packed->len);
}

/* --- tests ------------------------------------------------------------------------- */

static void test_one_and_several(void **state)
{
	static const size_t piece_sizes[] = { 1, 7, 4096 };
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t f = 0; f < ARRAY_LENGTH(formats); f++) {
		struct buf packed CLEANUP_BUF = TAR_INIT;
		struct buf out CLEANUP_BUF = TAR_INIT;
		struct scanreq_error err;
		bool garbage;

		for (size_t n = 1; n <= 3; n++) {
			pack(formats[f], data, DATA_SIZE, &packed);
			assert_int_equal(format_of(&packed), formats[f]);
			for (size_t i = 0; i < ARRAY_LENGTH(piece_sizes); i++) {
				assert_int_equal(decode(formats[f], &packed, piece_sizes[i], &out,
							&garbage, &err), 0);
				assert_false(garbage);
				assert_int_equal(out.len, n * DATA_SIZE);
				assert_memory_equal(out.data + (n - 1) * DATA_SIZE, data,
						    DATA_SIZE);
			}
		}
	}
}

/* Wherever data are cut, what is left is no shorter image. */
static void test_truncated(void **state)
{
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t f = 0; f < ARRAY_LENGTH(formats); f++) {
		struct buf packed CLEANUP_BUF = TAR_INIT;
		size_t whole;

		pack(formats[f], data, 500, &packed);
		whole = packed.len;
		for (size_t cut = whole - 1; cut > 0; cut--) {
			packed.len = cut;
			refused(formats[f], &packed, "truncated");
		}
	}
}

/* A stream after the first that is cut: bzip2's and gzip's look like garbage then. */
static void test_truncated_second(void **state)
{
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t f = 0; f < ARRAY_LENGTH(formats); f++) {
		struct buf packed CLEANUP_BUF = TAR_INIT;
		struct buf out CLEANUP_BUF = TAR_INIT;
		struct scanreq_error err;
		size_t first, whole;
		bool garbage;

		pack(formats[f], data, 500, &packed);
		first = packed.len;
		pack(formats[f], data, 500, &packed);
		whole = packed.len;
		for (size_t cut = whole - 1; cut > first; cut--) {
			packed.len = cut;
			assert_true(decode(formats[f], &packed, 4096, &out, &garbage, &err) ||
				    garbage);
		}
	}
}

/* Garbage of any length, whatever the pieces in which the data come. */
static void check_garbage(enum compression format, struct buf *packed, size_t whole)
{
	static const size_t pieces[] = { 1, 2, 3, 5, 7, 13, 4096 };

	for (size_t n = 0; n < ARRAY_LENGTH(pieces); n++) {
		struct buf out CLEANUP_BUF = TAR_INIT;
		struct scanreq_error err;
		bool garbage = false;

		if (decode(format, packed, pieces[n], &out, &garbage, &err))
			fail_msg("format %d, %zu bytes of garbage: %s", (int)format,
				 packed->len - whole, err.message);
		assert_true(garbage);
		assert_int_equal(out.len, DATA_SIZE);
	}
}

static void test_what_follows(void **state)
{
	static const char text[] = "something else that is long enough to be a header";
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t f = 0; f < ARRAY_LENGTH(formats); f++) {
		struct buf packed CLEANUP_BUF = TAR_INIT;
		size_t whole;

		pack(formats[f], data, DATA_SIZE, &packed);
		whole = packed.len;
		buf_puts(&packed, text);
		for (; packed.len > whole; packed.len--)
			check_garbage(formats[f], &packed, whole);
	}
}

/* Garbage that begins like a frame. */
static void test_almost_a_frame(void **state)
{
	static const struct {
		enum compression format;
		const char *begins;
	} cases[] = {
		{ COMPRESSION_XZ, "\xfd" "7zXY and no stream" },
		{ COMPRESSION_ZSTD, "\x28\xb5\x2f\xfe and no frame" },
		{ COMPRESSION_LZ4, "\x04\x22\x4d\x19 and no frame" },
	};
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct buf packed CLEANUP_BUF = TAR_INIT;
		size_t whole;

		pack(cases[i].format, data, DATA_SIZE, &packed);
		whole = packed.len;
		buf_puts(&packed, cases[i].begins);
		check_garbage(cases[i].format, &packed, whole);
		packed.len = whole + 3;
		refused(cases[i].format, &packed, "truncated");
	}
}

/* Padding of xz, and the frames without data of zstd and lz4, before and after. */
static void test_padding(void **state)
{
	static const char skippable[] = "\x5a\x2a\x4d\x18\x05\0\0\0hello";
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t f = 2; f < ARRAY_LENGTH(formats); f++) {
		bool xz = formats[f] == COMPRESSION_XZ;
		struct buf packed CLEANUP_BUF = TAR_INIT;
		struct buf out CLEANUP_BUF = TAR_INIT;
		struct scanreq_error err;
		bool garbage;

		if (!xz)
			buf_add(&packed, skippable, sizeof(skippable) - 1);
		pack(formats[f], data, DATA_SIZE, &packed);
		buf_add(&packed, xz ? "\0\0\0\0\0\0\0\0" : skippable,
			xz ? 8 : sizeof(skippable) - 1);
		pack(formats[f], data, DATA_SIZE, &packed);
		assert_int_equal(format_of(&packed), formats[f]);
		assert_int_equal(decode(formats[f], &packed, 3, &out, &garbage, &err), 0);
		assert_int_equal(out.len, 2 * DATA_SIZE);
	}
}

/* The window of every frame is looked at, before a decoder takes the memory for it. */
static void test_windows(void **state)
{
	static const char wide_zstd[] = "\x28\xb5\x2f\xfd\0\x90";         /* 256 MiB */
	static const char single_zstd[] = "\x28\xb5\x2f\xfd\xa0\1\0\0\x10"; /* 256 MiB and 1 */
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t before = 0; before < 2; before++) {
		struct buf xz CLEANUP_BUF = TAR_INIT;
		struct buf zstd CLEANUP_BUF = TAR_INIT;
		struct buf single CLEANUP_BUF = TAR_INIT;
		size_t at;

		for (size_t i = 0; i < before; i++) {
			pack(COMPRESSION_XZ, data, DATA_SIZE, &xz);
			pack(COMPRESSION_ZSTD, data, DATA_SIZE, &zstd);
			pack(COMPRESSION_ZSTD, data, DATA_SIZE, &single);
		}
		at = xz.len;
		pack(COMPRESSION_XZ, data, DATA_SIZE, &xz);
		/* Stream header, then size and flags of the block's, LZMA2, one property. */
		assert_memory_equal(xz.data + at + 14, "\x21\x01", 2);
		xz.data[at + 16] = 30;
		refused(COMPRESSION_XZ, &xz, "a dictionary of 128 MiB, and 64 MiB is the most");
		buf_add(&zstd, wide_zstd, sizeof(wide_zstd));
		refused(COMPRESSION_ZSTD, &zstd, "a window of 256 MiB, and 128 MiB is the most");
		buf_add(&single, single_zstd, sizeof(single_zstd));
		refused(COMPRESSION_ZSTD, &single, "a window of 256 MiB");
	}
}

/* Bent data give an error or the right bytes, and never more than the right number. */
static void test_bent(void **state)
{
	char data[DATA_SIZE];

	(void)state;
	fill(data);
	for (size_t f = 0; f < ARRAY_LENGTH(formats); f++) {
		struct buf packed CLEANUP_BUF = TAR_INIT;
		struct buf out CLEANUP_BUF = TAR_INIT;
		struct scanreq_error err;
		bool garbage;

		pack(formats[f], data, 500, &packed);
		for (size_t i = 0; i < packed.len; i++) {
			packed.data[i] ^= 0x21;
			if (decode(formats[f], &packed, 4096, &out, &garbage, &err) == 0)
				assert_true(out.len <= 500 || formats[f] == COMPRESSION_ZSTD);
			packed.data[i] ^= 0x21;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_and_several),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_truncated_second),
		cmocka_unit_test(test_what_follows),
		cmocka_unit_test(test_almost_a_frame),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_bent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
