/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/archive/proofs.h"
#include "tests/unit/codes.h"
#include "tests/unit/tar.h"

/* Gives `bytes` in pieces of `piece`, and then the end or an error. */
struct pieces {
	const struct buf *bytes;
	size_t piece;
	size_t at;
	int failure;
	unsigned int ends; /* how often it said that there is no more */
};

static int next_piece(void *arg, const unsigned char **data, size_t *len,
		      struct scanreq_error *err)
{
	struct pieces *p = arg;
	size_t left = p->bytes->len - p->at;

	*len = left < p->piece ? left : p->piece;
	*data = (const unsigned char *)buf_str(p->bytes) + p->at;
	p->at += *len;
	if (*len > 0)
		return 0;
	p->ends++;
	return p->failure ? error_set(err, a_code_of(p->failure), "the pipe broke") : 0;
}

static struct layer_proof prove(const struct buf *bytes, size_t piece,
				enum digest_algorithm algorithm)
{
	struct pieces pieces = { .bytes = bytes, .piece = piece };
	struct byte_reader from = { next_piece, &pieces };
	struct proof_budget budget = { 0 };
	struct layer_proof proof;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (layer_proof_read(&from, algorithm, &budget, &proof, &err))
		fail_msg("%s", err.message);
	assert_int_equal(err.klass, 0);
	assert_int_equal(pieces.ends, 1);
	assert_int_equal(proof.size, bytes->len);
	assert_int_equal(budget.stored, bytes->len);
	return proof;
}

static void check(const struct digest *have, enum digest_algorithm algorithm,
		  const struct buf *bytes)
{
	struct digest want;

	assert_int_equal(digest_of(algorithm, buf_str(bytes), bytes->len, &want, NULL), 0);
	assert_true(digest_equal(have, &want));
}

static const size_t sizes[] = { 1, 511, 512, 513, 100000 };

static void test_plain(void **state)
{
	struct buf empty CLEANUP_BUF = TAR_INIT;
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct layer_proof proof;

	(void)state;
	tar_add(&tar, "etc/motd", "hello");
	tar_end(&tar);
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
		proof = prove(&tar, sizes[i], DIGEST_SHA256);
		check(&proof.stored, DIGEST_SHA256, &tar);
		check(&proof.content, DIGEST_SHA256, &tar);
		assert_int_equal(proof.broken, COMPRESSION_NONE);
	}
	proof = prove(&empty, 1, DIGEST_SHA256);
	check(&proof.content, DIGEST_SHA256, &empty);
}

static void test_both_sides(void **state)
{
	struct buf tar CLEANUP_BUF = TAR_INIT;
	struct buf packed CLEANUP_BUF = TAR_INIT;
	enum digest_algorithm algorithms[] = { DIGEST_SHA256, DIGEST_SHA512 };

	(void)state;
	tar_add_filled(&tar, "etc/motd", 'x', 300000);
	tar_end(&tar);
	gzip_add(&packed, tar.data, tar.len / 2);
	gzip_add(&packed, tar.data + tar.len / 2, tar.len - tar.len / 2);
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++)
		for (size_t a = 0; a < ARRAY_LENGTH(algorithms); a++) {
			struct layer_proof proof = prove(&packed, sizes[i], algorithms[a]);

			check(&proof.stored, algorithms[a], &packed);
			check(&proof.content, DIGEST_SHA256, &tar);
			proof = prove(&tar, sizes[i], algorithms[a]);
			check(&proof.stored, algorithms[a], &tar);
			check(&proof.content, DIGEST_SHA256, &tar);
		}
}

/* What only looks compressed is taken as it stands, to its last byte. */
static void test_looks_compressed(void **state)
{
	static const char *const starts[] = { "\x1f\x8b\x08", "BZh9", ("\xfd" "7zXZ"),
					      "\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(starts); i++)
		for (size_t len = 4; len < 5000; len = len * 3 + 1) {
			struct buf bytes CLEANUP_BUF = TAR_INIT;
			struct layer_proof proof;

			buf_puts(&bytes, starts[i]);
			if (i == 2)
				buf_putc(&bytes, '\0');
			for (size_t n = 0; n < len; n++)
				buf_putc(&bytes, (char)(n * 7));
			proof = prove(&bytes, 100, DIGEST_SHA256);
			check(&proof.stored, DIGEST_SHA256, &bytes);
			check(&proof.content, DIGEST_SHA256, &bytes);
			assert_int_not_equal(proof.broken, COMPRESSION_NONE);
		}
}

/* Cut, damaged at the end, or followed by something: no whole data, and no error. */
static void test_broken(void **state)
{
	struct buf packed CLEANUP_BUF = TAR_INIT;
	struct layer_proof proof;

	(void)state;
	gzip_add(&packed, "hello", 5);
	packed.len--;
	proof = prove(&packed, 3, DIGEST_SHA512);
	assert_int_equal(proof.broken, COMPRESSION_GZIP);
	check(&proof.stored, DIGEST_SHA512, &packed);
	check(&proof.content, DIGEST_SHA256, &packed);
	packed.len++;
	buf_puts(&packed, "garbage");
	proof = prove(&packed, 3, DIGEST_SHA256);
	assert_int_equal(proof.broken, COMPRESSION_GZIP);
	check(&proof.content, DIGEST_SHA256, &packed);
}

/* An error of where bytes come from is none of the decoder's. */
static void test_broken_pipe(void **state)
{
	struct buf packed CLEANUP_BUF = TAR_INIT;
	struct layer_proof proof;

	(void)state;
	gzip_add(&packed, "hello", 5);
	for (packed.len = 0; packed.len < 25; packed.len++) {
		struct pieces pieces = { .bytes = &packed, .piece = 4,
					 .failure = SCANREQ_E_UNREADABLE };
		struct byte_reader from = { next_piece, &pieces };
		struct proof_budget budget = { 0 };
		struct scanreq_error err = SCANREQ_ERROR_INIT;

		assert_int_equal(layer_proof_read(&from, DIGEST_SHA256, &budget, &proof, &err),
				 SCANREQ_E_UNREADABLE);
		assert_string_equal(err.message, "the pipe broke");
	}
}

/* Layers together may not expand further than one alone. */
static void test_budget(void **state)
{
	struct buf zeros CLEANUP_BUF = TAR_INIT;
	struct buf packed CLEANUP_BUF = TAR_INIT;
	struct pieces pieces = { .bytes = &packed, .piece = 100 };
	struct byte_reader from = { next_piece, &pieces };
	struct proof_budget budget = { .decoded = LIMIT_EXPANSION_FREE - 1000000 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct layer_proof proof;

	(void)state;
	tar_add_filled(&zeros, "zeros", '\0', 999000);
	gzip_add(&packed, zeros.data, zeros.len);
	assert_int_equal(layer_proof_read(&from, DIGEST_SHA256, &budget, &proof, &err), 0);
	pieces.at = 0;
	assert_int_equal(layer_proof_read(&from, DIGEST_SHA256, &budget, &proof, &err),
			 SCANREQ_E_UNREADABLE);
	assert_non_null(strstr(err.message, "expand more than"));
}

/* --- the proofs of an archive ------------------------------------------------------ */

static void take(struct archive_proofs *proofs, const char *name, const struct buf *bytes)
{
	struct pieces pieces = { .bytes = bytes, .piece = 1000 };
	struct byte_reader from = { next_piece, &pieces };

	assert_int_equal(archive_proofs_read(proofs, name, &from, NULL), 0);
}

static void test_archive(void **state)
{
	struct archive_proofs *proofs CLEANUP_ARCHIVE_PROOFS = NULL;
	struct buf bytes CLEANUP_BUF = TAR_INIT;
	struct layer_proof proof;
	char name[200] = "blobs/sha512/";

	(void)state;
	memset(name + strlen(name), 'a', 128);
	assert_int_equal(archive_proofs_new(&proofs, NULL), 0);
	assert_false(archive_proofs_find(proofs, 0, &proof));
	for (size_t i = 0; i < 200; i++) {
		buf_putc(&bytes, 'x');
		take(proofs, i == 150 ? name : "layer.tar", &bytes);
		assert_int_equal(archive_proofs_keep(proofs, 3 * i, NULL), 0);
		assert_int_equal(archive_proofs_keep(proofs, 3 * i + 1, NULL), 0);
	}
	for (size_t i = 0; i < 200; i++) {
		bytes.len = i + 1;
		assert_true(archive_proofs_find(proofs, 3 * i, &proof));
		assert_int_equal(proof.size, bytes.len);
		check(&proof.stored, i == 150 ? DIGEST_SHA512 : DIGEST_SHA256, &bytes);
		check(&proof.content, DIGEST_SHA256, &bytes);
		assert_false(archive_proofs_find(proofs, 3 * i + 1, &proof));
	}
}

static void test_duplicates(void **state)
{
	struct archive_proofs *proofs CLEANUP_ARCHIVE_PROOFS = NULL;
	struct buf a CLEANUP_BUF = TAR_INIT;
	struct buf b CLEANUP_BUF = TAR_INIT;

	(void)state;
	buf_puts(&a, "one");
	buf_puts(&b, "two");
	assert_int_equal(archive_proofs_new(&proofs, NULL), 0);
	take(proofs, "layer", &a);
	assert_int_equal(archive_proofs_keep(proofs, 7, NULL), 0);
	assert_true(archive_proofs_differ(proofs, 7)); /* nothing was read */
	take(proofs, "layer", &a);
	assert_false(archive_proofs_differ(proofs, 7));
	take(proofs, "layer", &b);
	assert_true(archive_proofs_differ(proofs, 7));
	take(proofs, "layer", &b);
	assert_true(archive_proofs_differ(proofs, 8)); /* that one was not read */
	take(proofs, "layer", &b);
	archive_proofs_forget(proofs);
	assert_false(archive_proofs_differ(proofs, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_both_sides),
		cmocka_unit_test(test_looks_compressed),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_pipe),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_archive),
		cmocka_unit_test(test_duplicates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
