/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/encode.h"

void hex_encode(const unsigned char *data, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[data[i] >> 4];
		*out++ = digits[data[i] & 15];
	}
	*out = '\0';
}

bool hex_valid(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!(text[i] >= '0' && text[i] <= '9') && !(text[i] >= 'a' && text[i] <= 'f'))
			return false;
	return true;
}

void base64_encode(struct buf *out, const void *data, size_t len)
{
	const unsigned char *in = data;
	unsigned char block[5];

	for (; len > 0 && !out->failed; in += 3) {
		int n = len < 3 ? (int)len : 3;

		EVP_EncodeBlock(block, in, n);
		buf_add(out, block, 4);
		len -= (size_t)n;
	}
	explicit_bzero(block, sizeof(block));
}

static int base64_value(char c)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(alphabet, c) : NULL;

	return p ? (int)(p - alphabet) : -1;
}

/* Decodes four characters, of which n + 1 count, to n bytes. */
static bool decode_block(struct buf *out, const char *text, size_t n)
{
	unsigned int bits = 0;
	unsigned char bytes[3];

	for (size_t i = 0; i < 4; i++) {
		int value = i <= n ? base64_value(text[i]) : 0;

		if (value < 0)
			return false;
		bits = bits << 6 | (unsigned int)value;
	}
	for (size_t i = 0; i < 3; i++)
		bytes[i] = (unsigned char)(bits >> (16 - 8 * i));
	/* RFC 4648 section 3.5: bits that encode nothing must be zero. */
	for (size_t i = n; i < 3; i++)
		if (bytes[i] != 0)
			return false;
	buf_add(out, bytes, n);
	explicit_bzero(bytes, sizeof(bytes));
	return true;
}

bool base64_decode(struct buf *out, const char *text, size_t len)
{
	if (len % 4 != 0)
		return false;
	for (size_t at = 0; at < len; at += 4) {
		size_t n = 3;

		if (at + 4 == len && text[at + 3] == '=')
			n = text[at + 2] == '=' ? 1 : 2;
		if (!decode_block(out, text + at, n))
			return false;
	}
	return true;
}

void percent_encode(struct buf *out, const void *data, size_t len)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";
	const unsigned char *in = data;

	for (size_t i = 0; i < len; i++) {
		if (in[i] && strchr(unreserved, in[i]))
			buf_putc(out, (char)in[i]);
		else
			buf_addf(out, "%%%02X", in[i]);
	}
}
