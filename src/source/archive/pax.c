/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "source/archive/pax.h"

#define BLOCK 512
#define SIZE_AT 124
#define SIZE_LEN 12
#define TYPE_AT 156

/* The size in a header; extended headers have it in octal. */
static size_t pax_size(const unsigned char *header)
{
	size_t size = 0;

	for (size_t i = SIZE_AT; i < SIZE_AT + SIZE_LEN; i++) {
		if (header[i] >= '0' && header[i] <= '7')
			size = size * 8 + (header[i] - '0');
		else if (header[i] != ' ' || size > 0)
			break;
	}
	return size;
}

/* Whether "path=..." or "linkpath=..." has a NUL. */
static bool keyword_has_nul(const unsigned char *record, size_t len)
{
	static const char *const keywords[] = { "path=", "linkpath=" };

	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		size_t n = strlen(keywords[i]);

		if (len > n && memcmp(record, keywords[i], n) == 0)
			return memchr(record + n, '\0', len - n) != NULL;
	}
	return false;
}

/* Records are "LENGTH KEYWORD=VALUE\n", LENGTH counting all of it. */
static bool records_have_nul(const unsigned char *records, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t length = 0, digits = at;

		while (digits < len && records[digits] >= '0' && records[digits] <= '9' &&
		       length <= len)
			length = length * 10 + (records[digits++] - '0');
		if (digits == len || records[digits] != ' ' || length > len - at ||
		    length <= digits + 1 - at)
			return false; /* malformed: libarchive says so */
		if (keyword_has_nul(records + digits + 1, at + length - digits - 1))
			return true;
		at += length;
	}
	return false;
}

/* A pax header, or GNU's for a long name: the member's own header follows. */
static bool is_extended(const unsigned char *header)
{
	return header[TYPE_AT] && strchr("xgLK", header[TYPE_AT]);
}

bool pax_has_nul(const unsigned char *headers, size_t len)
{
	size_t at = 0;

	while (len - at >= BLOCK && is_extended(headers + at)) {
		size_t size = pax_size(headers + at), left = len - at - BLOCK;

		if (size > left)
			return false;
		if (headers[at + TYPE_AT] == 'x' && records_have_nul(headers + at + BLOCK, size))
			return true;
		at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
		if (at > len)
			return false;
	}
	return false;
}

void pax_watch_begin(struct pax_watch *watch, int64_t data_end)
{
	buf_clear(&watch->headers);
	watch->begin = data_end < 0 ? -1 : (data_end + BLOCK - 1) / BLOCK * BLOCK;
}

static void keep_until(struct pax_watch *watch, int64_t end)
{
	int64_t at = watch->block_end - (int64_t)watch->block_len;
	int64_t from = at > watch->begin ? at : watch->begin;

	if (end > watch->block_end)
		end = watch->block_end;
	if (watch->begin >= 0 && watch->block && from < end)
		buf_add(&watch->headers, watch->block + (from - at), (size_t)(end - from));
}

void pax_watch_keep(struct pax_watch *watch)
{
	keep_until(watch, watch->block_end);
}

void pax_watch_block(struct pax_watch *watch, const void *block, size_t len)
{
	watch->block = block;
	watch->block_len = len;
	watch->block_end += (int64_t)len;
}

int pax_watch_end(struct pax_watch *watch, int64_t end, struct scanreq_error *err)
{
	keep_until(watch, end);
	watch->begin = -1;
	if (watch->headers.failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (!pax_has_nul((const unsigned char *)buf_str(&watch->headers), watch->headers.len))
		return 0;
	return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
			 "the tar is malformed: a pax header has a name with a NUL in it");
}
