/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/source.h"
#include "tests/unit/codes.h"

/* A back-end that hands out `size` zeros in pieces, or fails. */
struct fake {
	size_t size;
	size_t given;
	int fails;
	int closed;
};

static const char piece[65536];

static int fake_list(void *context, struct candidates *candidates, struct scanreq_error *err)
{
	(void)context;
	candidates->kind = "fake";
	return candidates_add(candidates) ? 0 : error_nomem(err);
}

static int fake_blob(void *context, const struct candidate *candidate,
		     const struct descriptor *want, struct sink *sink,
		     struct scanreq_error *err)
{
	struct fake *f = context;

	(void)candidate;
	(void)want;
	while (f->given < f->size) {
		size_t n = f->size - f->given < sizeof(piece) ? f->size - f->given
							      : sizeof(piece);
		int failed = sink->write(sink->arg, piece, n, err);

		f->given += n;
		if (failed)
			return failed;
	}
	return f->fails ? error_set(err, a_code_of(f->fails), "the fake fails") : 0;
}

/* Goes on after the cap was passed, as a careless back-end might. */
static int fake_manifest(void *context, const struct candidate *candidate,
			 const struct descriptor *want, struct source_document *document,
			 struct scanreq_error *err)
{
	struct fake *f = context;

	(void)candidate;
	(void)want;
	while (f->given < f->size) {
		size_t n = f->size - f->given < sizeof(piece) ? f->size - f->given
							      : sizeof(piece);

		buf_add(&document->bytes, piece, n);
		f->given += n;
	}
	return f->fails ? error_set(err, a_code_of(f->fails), "the fake fails") : 0;
}

static void fake_close(void *context)
{
	struct fake *f = context;

	f->closed++;
}

static const struct source_ops fake_ops = {
	.list = fake_list, .manifest = fake_manifest, .blob = fake_blob, .close = fake_close,
};

static const struct {
	size_t size;
	int fails;    /* of the back-end */
	int failed;   /* of the core */
	const char *says;
} caps[] = {
	{ 0, 0, 0, NULL },
	{ 4194304, 0, 0, NULL },
	{ 4194305, 0, SCANREQ_E_UNREADABLE, "is larger than 4194304 bytes" },
	{ 64 * 1024 * 1024, 0, SCANREQ_E_UNREADABLE, "is larger than 4194304 bytes" },
	{ 4194305, SCANREQ_E_UNAVAILABLE, SCANREQ_E_UNREADABLE, "is larger than" },
	{ 5, SCANREQ_E_UNAVAILABLE, SCANREQ_E_UNAVAILABLE, "the fake fails" },
};

static void caps_manifests(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(caps); i++) {
		struct fake fake = { .size = caps[i].size, .fails = caps[i].fails };
		struct source source CLEANUP_SOURCE = { &fake_ops, &fake };
		struct candidate candidate = { .flags = 0 };
		struct source_document document CLEANUP(
		    source_document_free) = { .media_type = NULL };
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		struct digest digest;

		assert_int_equal(source_manifest(&source, &candidate, NULL, &document,
						 &digest, &err),
				 caps[i].failed);
		assert_int_equal(err.klass, caps[i].failed);
		if (caps[i].says)
			assert_non_null(strstr(err.message, caps[i].says));
		else
			assert_int_equal(document.bytes.len, caps[i].size);
	}
}

static void caps_configs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(caps); i++) {
		struct fake fake = { .size = caps[i].size, .fails = caps[i].fails };
		struct source source CLEANUP_SOURCE = { &fake_ops, &fake };
		struct candidate candidate = { .flags = 0 };
		const struct descriptor want = { .size = -1 };
		struct buf bytes CLEANUP_BUF = BUF_INIT(0);
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		struct digest digest;

		assert_int_equal(source_config(&source, &candidate, &want, &bytes, &digest,
					       &err),
				 caps[i].failed);
		if (caps[i].says)
			assert_non_null(strstr(err.message, caps[i].says));
		else
			assert_int_equal(bytes.len, caps[i].size);
		/* a back-end is stopped at once, however much it has */
		assert_true(fake.given <= 4194304 + sizeof(piece));
	}
}

/* The candidate's own descriptor counts before the digest in its reference. */
static void knows_what_to_expect(void **state)
{
	static const char empty[] =
		"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	struct fake fake = { .size = 0 };
	struct source source CLEANUP_SOURCE = { &fake_ops, &fake };
	struct candidate candidate = { .flags = 0 };
	struct source_document document CLEANUP(source_document_free) = { .media_type = NULL };
	struct digest other, digest;

	(void)state;
	assert_true(digest_parse(empty, strlen(empty), &other));
	other.hex[0] = '0';
	candidate.reference.digest = other;
	assert_int_equal(source_manifest(&source, &candidate, NULL, &document, &digest, NULL),
			 SCANREQ_E_MISMATCH);
	assert_true(digest_parse(empty, strlen(empty), &candidate.descriptor.digest));
	assert_int_equal(source_manifest(&source, &candidate, NULL, &document, &digest, NULL),
			 0);
	candidate.descriptor.size = 1;
	assert_int_equal(source_manifest(&source, &candidate, NULL, &document, &digest, NULL),
			 SCANREQ_E_MISMATCH);
	candidate.descriptor.size = -1;
	assert_int_equal(source_manifest(&source, &candidate, NULL, &document, &digest, NULL),
			 0);
	assert_true(digest_equal(&digest, &candidate.descriptor.digest));
}

static void closes_once(void **state)
{
	struct fake fake = { .size = 0 };
	struct source source = { &fake_ops, &fake };
	struct source nothing = { NULL, NULL };

	(void)state;
	source_close(&source);
	source_close(&source);
	source_close(&nothing);
	assert_int_equal(fake.closed, 1);
}

static void limits_candidates(void **state)
{
	struct candidates candidates = { .count = 0 };

	(void)state;
	for (int i = 0; i < LIMIT_CANDIDATES; i++) {
		struct candidate *c = candidates_add(&candidates);

		assert_non_null(c);
		assert_null(c->selector);
		c->selector = strdup("@0");
	}
	assert_null(candidates_add(&candidates));
	assert_int_equal(candidates.count, LIMIT_CANDIDATES);
	candidates_free(&candidates);
	assert_int_equal(candidates.count, 0);
	candidates_free(&candidates);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps_manifests),
		cmocka_unit_test(caps_configs),
		cmocka_unit_test(knows_what_to_expect),
		cmocka_unit_test(closes_once),
		cmocka_unit_test(limits_candidates),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
