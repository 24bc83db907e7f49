/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/stream/frames.h"

#define XZ_MAGIC "\xfd" "7zXZ\0"
#define XZ_STREAM_HEADER 12
#define XZ_FOOTER 12
#define XZ_CRC 4
#define XZ_FILTER_LZMA2 0x21
#define XZ_NUMBER_MAX 9 /* bytes of an encoded number */
#define ZSTD_MAGIC 0xfd2fb528U
#define LZ4_MAGIC 0x184d2204U
#define LZ4_LEGACY_MAGIC 0x184c2102U
#define LZ4_BLOCK_MAX (4 * MIB)
/* A legacy block has 8 MiB, and incompressible data grow by a 255th. */
#define LZ4_LEGACY_BLOCK_MAX (9 * MIB)

/* What comes next; 0 is the beginning of a frame in each format. */
enum state {
	FRAME,
	BLOCK,
	XZ_CHUNK,
	XZ_INDEX_COUNT,
	XZ_INDEX_NUMBER,
	LZ4_LEGACY_BLOCK,
};

static const char *const names[] = {
	[COMPRESSION_XZ] = "xz",
	[COMPRESSION_ZSTD] = "zstd",
	[COMPRESSION_LZ4] = "lz4",
};

static int frames_damaged(const struct frames *f, const char *what, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
			 "the %s data are damaged (%s): get the file again", names[f->format],
			 what);
}

/* No frame begins here: after a whole frame this is garbage, else an error. */
static int frames_foreign(struct frames *f, struct scanreq_error *err)
{
	if (!f->started)
		return frames_damaged(f, "it is no frame", err);
	f->garbage = true;
	return 0;
}

/* Next: a header of `need` bytes, after `skip` bytes. */
static int frames_expect(struct frames *f, enum state state, size_t need, uint64_t skip)
{
	f->state = (int)state;
	f->have = 0;
	f->need = need;
	f->skip = skip;
	return 0;
}

/* Whether the header has `need` bytes; if not, the step is repeated when it has. */
static bool frames_has(struct frames *f, size_t need)
{
	f->need = need;
	return f->have >= need;
}

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static unsigned int be16(const unsigned char *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

/* A frame without data, of zstd or lz4. */
static bool is_skippable(uint32_t magic)
{
	return (magic & 0xfffffff0U) == 0x184d2a50U;
}

/* --- xz ---------------------------------------------------------------------------- */

static unsigned int xz_check_size(unsigned int check)
{
	static const unsigned char sizes[16] = { 0, 4, 4, 4, 8, 8, 8, 16,
						 16, 16, 32, 32, 32, 64, 64, 64 };

	return sizes[check & 15];
}

/* Padding between streams is zeros, four at a time. */
static int xz_frame(struct frames *f, struct scanreq_error *err)
{
	if (f->started && memcmp(f->header, "\0\0\0", 4) == 0)
		return frames_expect(f, FRAME, 4, 0);
	if (!frames_has(f, XZ_STREAM_HEADER))
		return 0;
	if (memcmp(f->header, XZ_MAGIC, 6) != 0 || f->header[6] != 0 || f->header[7] > 15)
		return frames_foreign(f, err);
	f->check = xz_check_size(f->header[7]);
	f->within = f->started = true;
	return frames_expect(f, BLOCK, 1, 0);
}

/* Reads a number in pieces of seven bits; false when there is none. */
static bool xz_number(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
	*value = 0;
	for (unsigned int i = 0; i < XZ_NUMBER_MAX && *at < end; i++) {
		unsigned char byte = *(*at)++;

		*value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static uint64_t xz_dictionary(unsigned int bits)
{
	return bits >= 40 ? UINT32_MAX : (uint64_t)(2 | (bits & 1)) << (bits / 2 + 11);
}

static int xz_window(const struct frames *f, uint64_t size, struct scanreq_error *err)
{
	if (size <= LIMIT_XZ_WINDOW)
		return 0;
	return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
			 "the %s data need a dictionary of %llu MiB, and %ld MiB is the most: "
			 "compress it again with xz -9, or decompress it first",
			 names[f->format], (unsigned long long)(size / MIB), LIMIT_XZ_WINDOW / MIB);
}

/* The filters of a block: the last one is LZMA2, and its dictionary is the window. */
static int xz_filters(const struct frames *f, struct scanreq_error *err)
{
	const unsigned char *at = f->header + 2, *end = f->header + f->have - XZ_CRC;
	unsigned int flags = f->header[1];
	uint64_t id = 0, properties = 0, ignored;

	for (unsigned int bit = 0x40; bit <= 0x80; bit <<= 1)
		if ((flags & bit) && !xz_number(&at, end, &ignored))
			return frames_damaged(f, "a block's header", err);
	for (unsigned int i = 0; i <= (flags & 3); i++) {
		if (!xz_number(&at, end, &id) || !xz_number(&at, end, &properties) ||
		    properties > (uint64_t)(end - at))
			return frames_damaged(f, "a block's header", err);
		at += properties;
	}
	if (id != XZ_FILTER_LZMA2 || properties != 1)
		return frames_damaged(f, "a filter that is not known", err);
	return xz_window(f, xz_dictionary(at[-1]), err);
}

static int xz_block(struct frames *f, struct scanreq_error *err)
{
	int failed;

	f->unpadded = 0;
	if (f->header[0] == 0) {
		f->unpadded = 1;
		return frames_expect(f, XZ_INDEX_COUNT, 1, 0);
	}
	if (!frames_has(f, ((size_t)f->header[0] + 1) * 4))
		return 0;
	failed = xz_filters(f, err);
	return failed ? failed : frames_expect(f, XZ_CHUNK, 1, 0);
}

static int xz_chunk(struct frames *f, struct scanreq_error *err)
{
	unsigned int control = f->header[0];
	size_t header = control >= 0xc0 ? 6 : control >= 0x80 ? 5 : 3;
	uint64_t size;

	if (control == 0) {
		f->unpadded++;
		return frames_expect(f, BLOCK, 1, (-f->unpadded & 3) + f->check);
	}
	if (control > 2 && control < 0x80)
		return frames_damaged(f, "a chunk of no known kind", err);
	if (!frames_has(f, header))
		return 0;
	size = be16(f->header + (control >= 0x80 ? 3 : 1)) + 1UL;
	f->unpadded += header + size;
	return frames_expect(f, XZ_CHUNK, 1, size);
}

/* The index: a count, two numbers for each block, padding and a checksum. */
static int xz_index(struct frames *f, struct scanreq_error *err)
{
	const unsigned char *at = f->header;
	uint64_t value;

	if (f->header[f->have - 1] & 0x80) {
		if (f->have >= XZ_NUMBER_MAX)
			return frames_damaged(f, "a number of the index", err);
		frames_has(f, f->have + 1);
		return 0;
	}
	xz_number(&at, f->header + f->have, &value);
	f->unpadded += f->have;
	if (f->state == XZ_INDEX_NUMBER)
		f->left--;
	else if (value > UINT64_MAX / 4)
		return frames_damaged(f, "the index is too long", err);
	else
		f->left = 2 * value;
	if (f->left > 0)
		return frames_expect(f, XZ_INDEX_NUMBER, 1, 0);
	f->within = false;
	return frames_expect(f, FRAME, 4, (-f->unpadded & 3) + XZ_CRC + XZ_FOOTER);
}

/* --- zstd -------------------------------------------------------------------------- */

/* In a frame of a single segment the window is the whole content. */
static uint64_t zstd_window(const unsigned char *header, size_t size_field, size_t size_at)
{
	uint64_t size = 0;

	if (!(header[4] & 0x20)) {
		size = 1ULL << (10 + (header[5] >> 3));
		return size + size / 8 * (header[5] & 7);
	}
	for (size_t i = size_field; i-- > 0;)
		size = size << 8 | header[size_at + i];
	return size_field == 2 ? size + 256 : size;
}

static int zstd_frame(struct frames *f, struct scanreq_error *err)
{
	static const unsigned char size_fields[] = { 0, 2, 4, 8 }, id_fields[] = { 0, 1, 2, 4 };
	unsigned int descriptor = f->header[4];
	bool single = descriptor & 0x20;
	size_t size_field, size_at;
	uint64_t window;

	if (is_skippable(le32(f->header)))
		return frames_has(f, 8) ? frames_expect(f, FRAME, 4, le32(f->header + 4)) : 0;
	if (le32(f->header) != ZSTD_MAGIC)
		return frames_foreign(f, err);
	if (!frames_has(f, 5))
		return 0;
	size_field = descriptor >> 6 || !single ? size_fields[descriptor >> 6] : 1;
	size_at = (single ? 5U : 6U) + id_fields[descriptor & 3];
	if (!frames_has(f, size_at + size_field))
		return 0;
	window = zstd_window(f->header, size_field, size_at);
	if (window > LIMIT_ZSTD_WINDOW)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "the zstd data need a window of %llu MiB, and %ld MiB is the "
				 "most: compress it again with zstd's long=27 at most, or "
				 "decompress it first", (unsigned long long)(window / MIB),
				 LIMIT_ZSTD_WINDOW / MIB);
	f->check = descriptor & 4 ? 4 : 0;
	f->within = f->started = true;
	return frames_expect(f, BLOCK, 3, 0);
}

static int zstd_block(struct frames *f, struct scanreq_error *err)
{
	uint32_t header = f->header[0] | (uint32_t)f->header[1] << 8 |
			  (uint32_t)f->header[2] << 16;
	unsigned int type = header >> 1 & 3;
	uint64_t size = type == 1 ? 1 : header >> 3;

	if (type == 3)
		return frames_damaged(f, "a block of no known kind", err);
	if (!(header & 1))
		return frames_expect(f, BLOCK, 3, size);
	f->within = false;
	return frames_expect(f, FRAME, 4, size + f->check);
}

/* --- lz4 --------------------------------------------------------------------------- */

static bool lz4_begins_frame(uint32_t magic)
{
	return magic == LZ4_MAGIC || magic == LZ4_LEGACY_MAGIC || is_skippable(magic);
}

static int lz4_frame(struct frames *f, struct scanreq_error *err)
{
	uint32_t magic = le32(f->header);
	unsigned int flags = f->header[4];

	if (!lz4_begins_frame(magic))
		return frames_foreign(f, err);
	if (is_skippable(magic))
		return frames_has(f, 8) ? frames_expect(f, FRAME, 4, le32(f->header + 4)) : 0;
	f->started = true;
	if (magic == LZ4_LEGACY_MAGIC)
		return frames_expect(f, LZ4_LEGACY_BLOCK, 4, 0);
	f->within = true;
	if (!frames_has(f, 7))
		return 0;
	if (flags >> 6 != 1)
		return frames_damaged(f, "a version that is not known", err);
	f->block_check = flags & 0x10;
	f->check = flags & 4 ? 4 : 0;
	/* After flags and sizes: the content's size, the dictionary's id, a checksum. */
	return frames_expect(f, BLOCK, 4, (flags & 8 ? 8U : 0U) + (flags & 1 ? 4U : 0U));
}

static int lz4_block(struct frames *f, struct scanreq_error *err)
{
	uint32_t size = le32(f->header) & 0x7fffffffU;

	if (le32(f->header) == 0) {
		f->within = false;
		return frames_expect(f, FRAME, 4, f->check);
	}
	if (size > LZ4_BLOCK_MAX)
		return frames_damaged(f, "a block that is too large", err);
	return frames_expect(f, BLOCK, 4, size + (f->block_check ? 4U : 0U));
}

/* A legacy frame ends where another frame begins, or at the end of the data. */
static int lz4_legacy_block(struct frames *f, struct scanreq_error *err)
{
	uint32_t size = le32(f->header);

	if (lz4_begins_frame(size)) {
		f->state = (int)FRAME;
		return lz4_frame(f, err);
	}
	if (size > LZ4_LEGACY_BLOCK_MAX)
		return frames_damaged(f, "a block that is too large", err);
	return frames_expect(f, LZ4_LEGACY_BLOCK, 4, size);
}

/* --- following --------------------------------------------------------------------- */

static int frames_step(struct frames *f, struct scanreq_error *err)
{
	bool xz = f->format == COMPRESSION_XZ, zstd = f->format == COMPRESSION_ZSTD;

	switch ((enum state)f->state) {
	case FRAME:
		return xz ? xz_frame(f, err) : zstd ? zstd_frame(f, err) : lz4_frame(f, err);
	case BLOCK:
		return xz ? xz_block(f, err) : zstd ? zstd_block(f, err) : lz4_block(f, err);
	case XZ_CHUNK:
		return xz_chunk(f, err);
	case XZ_INDEX_COUNT:
	case XZ_INDEX_NUMBER:
		return xz_index(f, err);
	case LZ4_LEGACY_BLOCK:
		return lz4_legacy_block(f, err);
	}
	return 0;
}

int frames_follow(struct frames *frames, const unsigned char *data, size_t len,
		  struct scanreq_error *err)
{
	struct frames *f = frames;

	if (f->need == 0)
		f->need = 4;
	while (len > 0 && !f->garbage) {
		size_t n = f->skip < len ? (size_t)f->skip : len;
		int failed;

		if (f->skip == 0) {
			n = f->need - f->have < len ? f->need - f->have : len;
			if (f->have == 0)
				f->begin = f->total;
			memcpy(f->header + f->have, data, n);
			f->have += n;
		} else {
			f->skip -= n;
		}
		data += n;
		len -= n;
		f->total += n;
		failed = f->have == f->need && f->skip == 0 ? frames_step(f, err) : 0;
		if (failed)
			return failed;
	}
	return 0;
}

/* Whether `header` may turn out to be a frame's or garbage. */
static bool frames_undecided(const struct frames *f)
{
	return f->state == (int)FRAME && f->started && !f->within && f->skip == 0 && f->have > 0;
}

uint64_t frames_end(const struct frames *frames)
{
	return frames->garbage || frames_undecided(frames) ? frames->begin : frames->total;
}

/* Whether an undecided header begins like a frame's. */
static bool frames_cut_off(const struct frames *f)
{
	static const struct {
		enum compression format;
		size_t len;
		const char *magic;
	} magics[] = {
		{ COMPRESSION_XZ, 6, XZ_MAGIC },
		{ COMPRESSION_XZ, 4, "\0\0\0" },
		{ COMPRESSION_ZSTD, 4, "\x28\xb5\x2f\xfd" },
		{ COMPRESSION_LZ4, 4, "\x04\x22\x4d\x18" },
		{ COMPRESSION_LZ4, 4, "\x02\x21\x4c\x18" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(magics); i++) {
		size_t n = f->have < magics[i].len ? f->have : magics[i].len;

		if (magics[i].format == f->format && memcmp(f->header, magics[i].magic, n) == 0)
			return true;
	}
	return f->format != COMPRESSION_XZ && (f->header[0] & 0xf0) == 0x50 &&
	       memcmp(f->header + 1, "\x2a\x4d\x18", f->have < 4 ? f->have - 1 : 3) == 0;
}

bool frames_may_end(const struct frames *frames)
{
	if (frames->garbage)
		return true;
	if (frames_undecided(frames))
		return !frames_cut_off(frames);
	return !frames->within && frames->skip == 0 && frames->have == 0;
}
