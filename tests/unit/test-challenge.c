/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "source/auth/challenge.h"

/*
 * What is read, written as "scheme name=[value] name=[value]; scheme ...".
 */
static const struct {
	const char *field;
	const char *read;
} fields[] = {
	/* what registries send */
	{ "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
	  "scope=\"repository:library/nginx:pull,push\"",
	  "bearer realm=[https://auth.docker.io/token] service=[registry.docker.io]"
	  " scope=[repository:library/nginx:pull,push]" },
	{ "Basic realm=\"https://1.dkr.ecr.eu-west-1.example/\",service=\"ecr.example\"",
	  "basic realm=[https://1.dkr.ecr.eu-west-1.example/] service=[ecr.example]" },
	{ "Basic realm=\"Registry Realm\"", "basic realm=[Registry Realm]" },
	/* several challenges in one field */
	{ "Basic realm=\"a\", Bearer realm=\"b\",service=\"c\"",
	  "basic realm=[a]; bearer realm=[b] service=[c]" },
	{ "Negotiate, NTLM, Basic realm=\"a\"", "negotiate; ntlm; basic realm=[a]" },
	{ "Negotiate abc==, Bearer realm=\"b\"", "negotiate; bearer realm=[b]" },
	{ "Negotiate YII+/-._~, Basic realm=x", "negotiate; basic realm=[x]" },
	{ "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\","
	  " Basic realm=\"simple\"",
	  "newauth realm=[apps] type=[1] title=[Login to \"apps\"]; basic realm=[simple]" },
	/* white space, case and commas where the grammar lets them be */
	{ "BEARER Realm = \"b\" ,\tSERVICE\t=\tc", "bearer realm=[b] service=[c]" },
	{ " , ,Bearer realm=\"b\",, ,service=\"c\",", "bearer realm=[b] service=[c]" },
	{ "Bearer   realm=\"b\"", "bearer realm=[b]" },
	{ "Bearer realm=\"b\",service=\"c\",scope=\"d\"",
	  "bearer realm=[b] service=[c] scope=[d]" },
	/* quoting */
	{ "Bearer realm=\"a,b=c\", error=\"\"", "bearer realm=[a,b=c] error=[]" },
	{ "Bearer realm=\"a\\\\b\\\"c\\d\"", "bearer realm=[a\\b\"cd]" },
	{ "Bearer realm=https://h/token,service=x",
	  "bearer realm=[https://h/token] service=[x]" },
	{ "Bearer realm=\"b\",scope=\"\",error=\"insufficient_scope\"",
	  "bearer realm=[b] scope=[] error=[insufficient_scope]" },
	/* what is missing or there twice */
	{ "Bearer", "bearer" },
	{ "Bearer service=\"c\"", "bearer service=[c]" },
	{ "Bearer realm=\"a\",realm=\"b\"", "bearer realm=[a] realm=[b]" },
	{ "Bearer realm=,service=\"c\"", "bearer service=[c]" },
	{ "Bearer error=, realm=\"b\"", "bearer realm=[b]" },
	{ "Bearer realm=\"b\", error=, service=c", "bearer realm=[b] error=[] service=[c]" },
	/* what cannot be read ends the field */
	{ "", "" },
	{ " \t, ,", "" },
	{ "\"quoted\"", "" },
	{ "=x", "" },
	{ "Bearer realm=\"unfinished", "bearer" },
	{ "Bearer realm=\"unfinished\\", "bearer" },
	{ "Bearer realm=\"a\", service=\"unfinished", "bearer realm=[a]" },
	{ "Bearer realm=\"a\"; service=\"b\"", "bearer realm=[a]" },
	{ "Bearer realm=\"a\", \xc3\xa9=\"b\", Basic realm=\"c\"", "bearer realm=[a]" },
	{ "Basic realm=\"a\", (Bearer realm=\"b\")", "basic realm=[a]" },
};

static void show(const struct challenges *challenges, struct buf *out)
{
	for (size_t i = 0; i < challenges->count; i++) {
		const struct challenge *c = &challenges->items[i];

		buf_addf(out, "%s%s", i > 0 ? "; " : "", c->scheme);
		assert_int_equal(c->names.count, c->values.count);
		for (size_t j = 0; j < c->names.count; j++)
			buf_addf(out, " %s=[%s]", c->names.items[j], c->values.items[j]);
	}
}

static void reads_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
		struct challenges challenges CLEANUP_CHALLENGES = { 0 };
		struct buf shown CLEANUP_BUF = BUF_INIT(4096);

		assert_int_equal(challenges_parse(&challenges, fields[i].field), 0);
		show(&challenges, &shown);
		if (strcmp(buf_str(&shown), fields[i].read) != 0)
			fail_msg("%s: read \"%s\", not \"%s\"", fields[i].field,
				 buf_str(&shown), fields[i].read);
	}
}

static void joins_fields(void **state)
{
	struct challenges challenges CLEANUP_CHALLENGES = { 0 };
	const struct challenge *c;

	(void)state;
	assert_int_equal(challenges_parse(&challenges, "NTLM"), 0);
	assert_int_equal(challenges_parse(&challenges, "Basic realm=\"a\""), 0);
	assert_int_equal(challenges_parse(&challenges, "Bearer realm=\"b\""), 0);
	assert_int_equal(challenges_parse(&challenges, "bearer realm=\"c\",x=1,x=2"), 0);
	assert_int_equal(challenges.count, 4);
	c = challenges_find(&challenges, "bearer");
	assert_ptr_equal(c, &challenges.items[2]);
	assert_string_equal(challenge_parameter(c, "realm"), "b");
	assert_null(challenge_parameter(c, "scope"));
	assert_string_equal(challenge_parameter(&challenges.items[3], "x"), "1");
	assert_null(challenges_find(&challenges, "digest"));
}

/* As long as a field can be: no quadratic time, nothing lost. */
static void reads_long_fields(void **state)
{
	struct challenges challenges CLEANUP_CHALLENGES = { 0 };
	struct buf field CLEANUP_BUF = BUF_INIT(1 << 17);

	(void)state;
	buf_puts(&field, "Bearer ");
	for (int i = 0; i < 10000; i++)
		buf_puts(&field, "a=b,");
	assert_int_equal(challenges_parse(&challenges, buf_str(&field)), 0);
	assert_int_equal(challenges.count, 1);
	assert_int_equal(challenges.items[0].names.count, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_fields),
		cmocka_unit_test(joins_fields),
		cmocka_unit_test(reads_long_fields),
	};

	return cmocka_run_group_tests_name("challenge", tests, NULL, NULL);
}
