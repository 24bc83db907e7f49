/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/stream/gzip.h"

/* zlib's window bits with 16 added: a gzip header and trailer, both checked. */
#define GZIP_WINDOW (MAX_WBITS + 16)
#define OUT_SIZE 65536U

static const unsigned char magic[] = { 0x1f, 0x8b };

enum gzip_state {
	GZIP_MEMBER,   /* within a member */
	GZIP_BETWEEN,  /* after a member: another one, padding or the end */
	GZIP_TRAILING, /* after the last member */
	GZIP_ENDED,
};

struct gzip {
	struct byte_reader from;
	z_stream z;
	enum gzip_state state;
	size_t matched;  /* bytes of the magic seen in GZIP_BETWEEN */
	size_t trailing; /* bytes after the last member */
	bool garbage;
	unsigned char out[OUT_SIZE];
};

int gzip_new(const struct byte_reader *from, struct gzip **gzip, struct scanreq_error *err)
{
	struct gzip *made = calloc(1, sizeof(*made));

	if (!made || inflateInit2(&made->z, GZIP_WINDOW) != Z_OK) {
		free(made);
		return error_nomem(err);
	}
	made->from = *from;
	*gzip = made;
	return 0;
}

void gzip_free(struct gzip **gzip)
{
	if (!*gzip)
		return;
	inflateEnd(&(*gzip)->z);
	free(*gzip);
	*gzip = NULL;
}

/* Reads more input when there is none left; avail_in stays 0 at the end. */
static int refill(struct gzip *g, struct scanreq_error *err)
{
	const unsigned char *data;
	size_t len;
	int failed;

	if (g->z.avail_in > 0)
		return 0;
	failed = g->from.read(g->from.arg, &data, &len, err);
	if (failed)
		return failed;
	if (len > UINT_MAX)
		return error_set(err, SCANREQ_CODE_INTERNAL, "a block of %zu bytes", len);
	g->z.next_in = data;
	g->z.avail_in = (uInt)len;
	return 0;
}

static int gzip_damaged(const struct gzip *g, int status, struct scanreq_error *err)
{
	if (status == Z_MEM_ERROR)
		return error_nomem(err);
	if (g->z.msg && strcmp(g->z.msg, "incorrect data check") == 0)
		return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
				 "the gzip data do not match their checksum (CRC-32): get the "
				 "file again");
	return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
			 "the gzip data are damaged (%s): get the file again",
			 g->z.msg ? g->z.msg : "malformed");
}

static int inflate_some(struct gzip *g, struct scanreq_error *err)
{
	int failed = refill(g, err);
	int status;

	if (failed)
		return failed;
	if (g->z.avail_in == 0)
		return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
				 "the gzip data are truncated: get the file again");
	status = inflate(&g->z, Z_NO_FLUSH);
	if (status == Z_STREAM_END)
		g->state = GZIP_BETWEEN;
	else if (status != Z_OK)
		return gzip_damaged(g, status, err);
	return 0;
}

/* Starts a member whose magic was consumed, perhaps from two blocks of input. */
static int next_member(struct gzip *g, struct scanreq_error *err)
{
	z_const Bytef *next = g->z.next_in;
	uInt avail = g->z.avail_in;
	int status = inflateReset(&g->z);

	if (status == Z_OK) {
		g->z.next_in = magic;
		g->z.avail_in = sizeof(magic);
		status = inflate(&g->z, Z_NO_FLUSH);
	}
	g->z.next_in = next;
	g->z.avail_in = avail;
	g->matched = 0;
	g->state = GZIP_MEMBER;
	return status == Z_OK ? 0 : gzip_damaged(g, status, err);
}

static int look_for_member(struct gzip *g, struct scanreq_error *err)
{
	while (g->matched < sizeof(magic)) {
		int failed = refill(g, err);

		if (failed)
			return failed;
		if (g->z.avail_in == 0 || *g->z.next_in != magic[g->matched]) {
			g->garbage = g->matched > 0;
			g->state = GZIP_TRAILING;
			return 0;
		}
		g->z.next_in++;
		g->z.avail_in--;
		g->matched++;
	}
	return next_member(g, err);
}

/* Zeros are padding to a device's block size, which gzip ignores, too. */
static int read_trailing(struct gzip *g, struct scanreq_error *err)
{
	int failed = refill(g, err);

	if (failed)
		return failed;
	if (g->z.avail_in == 0)
		g->state = GZIP_ENDED;
	for (uInt i = 0; i < g->z.avail_in && !g->garbage; i++)
		g->garbage = g->z.next_in[i] != 0;
	g->trailing += g->z.avail_in;
	g->z.avail_in = 0;
	if (g->trailing > LIMIT_ARCHIVE_TRAILING)
		return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
				 "more than %ld bytes follow the end of the gzip data",
				 LIMIT_ARCHIVE_TRAILING);
	return 0;
}

int gzip_read(struct gzip *gzip, const unsigned char **data, size_t *len,
	      struct scanreq_error *err)
{
	int failed = 0;

	gzip->z.next_out = gzip->out;
	gzip->z.avail_out = OUT_SIZE;
	while (!failed && gzip->z.avail_out == OUT_SIZE && gzip->state != GZIP_ENDED) {
		if (gzip->state == GZIP_MEMBER)
			failed = inflate_some(gzip, err);
		else if (gzip->state == GZIP_BETWEEN)
			failed = look_for_member(gzip, err);
		else
			failed = read_trailing(gzip, err);
	}
	*data = gzip->out;
	*len = OUT_SIZE - gzip->z.avail_out;
	return failed;
}

bool gzip_has_garbage(const struct gzip *gzip)
{
	return gzip->garbage;
}
