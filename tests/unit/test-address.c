/* SPDX-License-Identifier: MIT */
/* Where addresses are, in every spelling; and which proxy the environment names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "net/address.h"
#include "net/proxy.h"

#define HOSTS(...) (const char *const[]){ __VA_ARGS__, NULL }

static void check(enum address_place place, const char *const *hosts)
{
	for (; *hosts; hosts++)
		if (address_place(*hosts) != place)
			fail_msg("%s is %s, not %s", *hosts,
				 address_place_text(address_place(*hosts)),
				 address_place_text(place));
}

static void knows_names(void **state)
{
	(void)state;
	check(ADDRESS_NAME, HOSTS("", ".", "example.com", "127.0.0.1.example.com", "10.example",
				  "notlocalhost", "localhost.example.com", "localhos", "1.2.3.4.5",
				  "256.0.0.1", "0x", "fe80::1%lo", "::g", "localhost..",
				  "4294967296"));
}

static void knows_public_addresses(void **state)
{
	(void)state;
	check(ADDRESS_PUBLIC,
	      HOSTS("8.8.8.8", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
		    "192.167.255.255", "192.169.0.0", "100.63.255.255", "100.128.0.0",
		    "128.0.0.1", "169.253.255.255", "169.255.0.0", "223.255.255.255",
		    "134744072", "0x8080808", "::ffff:8.8.8.8", "::8.8.8.8",
		    "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:0:808:808::f7f7:f7f7",
		    "2001:db8::1", "2400:3200::1", "fbff::1", "fe00::1"));
}

static void knows_private_addresses(void **state)
{
	(void)state;
	check(ADDRESS_PRIVATE,
	      HOSTS("10.0.0.0", "10.255.255.255", "10.0.0.1.", "172.16.0.0", "172.31.255.255",
		    "192.168.0.1", "100.64.0.0", "100.127.255.255", "100.100.100.199", "fc00::1",
		    "fdff::", "fec0::1", "::ffff:10.0.0.1", "::ffff:a00:1", "::10.0.0.1",
		    "::ffff:0:10.0.0.1", "64:ff9b::192.168.1.1", "64:ff9b:1::8.8.8.8",
		    "64:ff9b:1::10.0.0.1", "2002:a00:1::", "2001:0:808:808::f5ff:fffe",
		    "2001:0:a00:1::f7f7:f7f7", "167772161", "0xa.1", "012.0.0.1", "10.1"));
}

static void knows_loopback(void **state)
{
	(void)state;
	check(ADDRESS_LOOPBACK,
	      HOSTS("localhost", "LocalHost", "localhost.", "app.localhost", "app.localhost.",
		    "127.0.0.1", "127.255.255.254", "127.0.0.1.", "127.1", "127.1.", "0x7f.1",
		    "0x7f000001", "0177.0.0.1", "2130706433", "017700000001", "::1",
		    "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1",
		    "64:ff9b::127.0.0.1", "64:ff9b:1::7f00:1", "2002:7f00:1::1",
		    "2001:0:808:808::80ff:fffe"));
}

static void knows_special_addresses(void **state)
{
	(void)state;
	check(ADDRESS_SPECIAL,
	      HOSTS("0.0.0.0", "0", "0.1.2.3", "169.254.169.254", "169.254.0.0",
		    "100.100.100.200", "100.100.100.200.", "0x646464c8", "1684301000",
		    "100.100.25800", "168.63.129.16", "192.0.0.192", "224.0.0.1",
		    "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::ffff:0.0.0.0",
		    "::ffff:169.254.169.254", "::a9fe:a9fe", "64:ff9b::100.100.100.200",
		    "64:ff9b:1::6464:64c8", "64:ff9b:1:6464:64:c800::", "2002:6464:64c8::",
		    "2002:a9fe:a9fe::1", "fe80::1", "febf::1", "ff02::1", "fd00:ec2::254",
		    "fd20:ce::254"));
}

/* --- proxies ----------------------------------------------------------------------- */

static const char *const variables[] = {
	"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
	"no_proxy", "NO_PROXY",
};

static const struct {
	const char *environment[5]; /* names and values in turn */
	const char *url;
	const char *variable;       /* NULL: no proxy */
	const char *value;
} proxies[] = {
	{ { NULL }, "https://h/", NULL, NULL },
	{ { "HTTPS_PROXY", "p:1" }, "https://h/", "HTTPS_PROXY", "p:1" },
	{ { "https_proxy", "p:1", "HTTPS_PROXY", "q:2" }, "https://h/", "https_proxy", "p:1" },
	{ { "https_proxy", "", "HTTPS_PROXY", "q:2" }, "https://h/", "HTTPS_PROXY", "q:2" },
	{ { "HTTPS_PROXY", "p:1" }, "http://h/", NULL, NULL },
	{ { "http_proxy", "p:1" }, "http://h/", "http_proxy", "p:1" },
	{ { "HTTP_PROXY", "p:1" }, "http://h/", NULL, NULL },
	{ { "ALL_PROXY", "p:1" }, "http://h/", "ALL_PROXY", "p:1" },
	{ { "all_proxy", "p:1" }, "https://h/", "all_proxy", "p:1" },
	{ { "all_proxy", "p:1", "https_proxy", "q:2" }, "https://h/", "https_proxy", "q:2" },
};

static void set_environment(const char *const *pairs)
{
	for (size_t i = 0; i < ARRAY_LENGTH(variables); i++)
		unsetenv(variables[i]);
	for (; pairs[0]; pairs += 2)
		assert_int_equal(setenv(pairs[0], pairs[1], 1), 0);
}

static void find(const char *text, struct proxy *proxy)
{
	struct url url CLEANUP_URL = { 0 };

	assert_int_equal(url_parse(text, NULL, &url, NULL), 0);
	proxy_find(&url, proxy);
}

static void finds_the_proxy(void **state)
{
	struct proxy proxy;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(proxies); i++) {
		set_environment(proxies[i].environment);
		find(proxies[i].url, &proxy);
		if (!str_equal(proxy.url, proxies[i].value))
			fail_msg("%zu: %s", i, proxy.url);
		if (proxy.url)
			assert_string_equal(proxy.variable, proxies[i].variable);
		assert_string_equal(proxy.except, "NO_PROXY");
	}
}

static const struct {
	const char *list;
	const char *url;
	bool excepted;
} exceptions[] = {
	{ "*", "https://h.example/", true },
	{ "a, *", "https://h.example/", false },
	{ "h.example", "https://h.example/", true },
	{ "H.Example", "https://h.example:5000/", true },
	{ ".example", "https://h.example/", true },
	{ "example.", "https://h.example/", true },
	{ "example", "https://h.example./", true },
	{ "a.test,\texample", "https://h.example/", true },
	{ "ample", "https://h.example/", false },
	{ "h.example.com", "https://h.example/", false },
	{ "x.h.example", "https://h.example/", false },
	{ ".", "https://h.example/", false },
	{ "10.1.2.3", "https://10.1.2.3/", true },
	{ "10.1.2.3", "https://10.1.2.4/", false },
	{ "10.0.0.0/8", "https://10.1.2.3/", true },
	{ "10.0.0.0/8", "https://11.1.2.3/", false },
	{ "10.0.0.0/33", "https://10.0.0.0/", false },
	{ "10.1.2.0/23", "https://10.1.3.9/", true },
	{ "fd00::/8", "https://[fd12::1]/", true },
	{ "[fd12::1]", "https://[fd12::1]/", true },
	{ "fd12::2", "https://[fd12::1]/", false },
	{ "0.0.0.0/0", "https://h.example/", false },
};

static void excepts_hosts(void **state)
{
	struct proxy proxy;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(exceptions); i++) {
		const char *const environment[] = { "all_proxy", "p:1", "no_proxy",
						    exceptions[i].list, NULL };

		set_environment(environment);
		find(exceptions[i].url, &proxy);
		if (!proxy.url != exceptions[i].excepted)
			fail_msg("%s in %s", exceptions[i].url, exceptions[i].list);
		assert_string_equal(proxy.except, "no_proxy");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_names),
		cmocka_unit_test(knows_public_addresses),
		cmocka_unit_test(knows_private_addresses),
		cmocka_unit_test(knows_loopback),
		cmocka_unit_test(knows_special_addresses),
		cmocka_unit_test(finds_the_proxy),
		cmocka_unit_test(excepts_hosts),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
