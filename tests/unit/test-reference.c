/* SPDX-License-Identifier: MIT */
/* The public functions about references; test-oci-reference.c has the grammar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <scanreq/reference.h>

#define DIGEST "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void expect(const struct scanreq_reference *reference, enum scanreq_reference_part part,
		   const char *expected)
{
	const char *got = scanreq_reference_part(reference, part);

	if (!expected)
		assert_null(got);
	else if (!got || strcmp(got, expected) != 0)
		fail_msg("part %d: %s, not %s", (int)part, got ? got : "nothing", expected);
}

static void test_parts(void **state)
{
	static const struct {
		const char *text, *whole, *name, *registry, *repository, *tag, *digest;
	} cases[] = {
		{ "alpine", "docker.io/library/alpine:latest", "docker.io/library/alpine:latest",
		  "docker.io", "library/alpine", "latest", NULL },
		{ "index.docker.io/shop/web@" DIGEST, "docker.io/shop/web@" DIGEST,
		  "docker.io/shop/web", "docker.io", "shop/web", NULL, DIGEST },
		{ "r.io:5000/shop/web:1@" DIGEST, "r.io:5000/shop/web:1@" DIGEST,
		  "r.io:5000/shop/web:1", "r.io:5000", "shop/web", "1", DIGEST },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct scanreq_reference *reference = NULL;

		assert_int_equal(scanreq_reference_parse(cases[i].text, &reference, NULL), 0);
		expect(reference, SCANREQ_REFERENCE_WHOLE, cases[i].whole);
		expect(reference, SCANREQ_REFERENCE_NAME, cases[i].name);
		expect(reference, SCANREQ_REFERENCE_REGISTRY, cases[i].registry);
		expect(reference, SCANREQ_REFERENCE_REPOSITORY, cases[i].repository);
		expect(reference, SCANREQ_REFERENCE_TAG, cases[i].tag);
		expect(reference, SCANREQ_REFERENCE_DIGEST, cases[i].digest);
		scanreq_reference_free(reference);
	}
	scanreq_reference_free(NULL);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"", "a b", "r.io/a:1@" DIGEST "@" DIGEST, "r.io/a@" DIGEST ",r.io/b@" DIGEST,
		"docker://a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct scanreq_error err = SCANREQ_ERROR_INIT;
		struct scanreq_reference *reference = NULL;

		if (scanreq_reference_parse(texts[i], &reference, &err) != SCANREQ_E_USAGE ||
		    reference || !err.message[0])
			fail_msg("%s: %s", texts[i], err.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
