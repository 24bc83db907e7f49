/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "oci/reference.h"

#define refuse(err, ...) error_set((err), SCANREQ_CODE_REFERENCE_INVALID, __VA_ARGS__)

#define LOCALHOST "localhost"
#define LIBRARY "library/"
#define DEFAULT_TAG "latest"

#define LONGEST_PATH 255
#define LONGEST_TAG 128
/* DNS (RFC 1035 section 2.3.4) and a port; distribution's grammar has no limit. */
#define LONGEST_DOMAIN 255
/* How many bytes of a reference an error quotes, to leave room for the reason. */
#define QUOTED 200

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* The texts of a reference, cut apart but not checked. */
struct parts {
	const char *domain;
	const char *prefix; /* "library/" or "" */
	const char *path;
	const char *tag;    /* NULL: none */
	const char *digest; /* NULL: none */
};

/* --- cutting ----------------------------------------------------------------------- */

/* Ends `s` before its first `c`, and returns what follows it; NULL when there is none. */
static char *cut(char *s, char c)
{
	char *at = strchr(s, c);

	if (!at)
		return NULL;
	*at = '\0';
	return at + 1;
}

static bool is_domain(const char *component)
{
	return strcmp(component, LOCALHOST) == 0 || strpbrk(component, ".:" UPPER);
}

/* The names under which Docker Hub is known besides its own. */
static bool is_hub_alias(const char *domain)
{
	return strcmp(domain, "index.docker.io") == 0 ||
	       strcmp(domain, "registry-1.docker.io") == 0;
}

/* Cuts `text` in place. A colon is a port's before the first slash, a tag's after it. */
static void split(char *text, struct parts *parts)
{
	char *path = text, *after_slash;
	bool hub;

	parts->domain = REFERENCE_HUB;
	parts->digest = cut(text, '@');
	after_slash = cut(text, '/');
	if (after_slash && is_domain(text)) {
		path = after_slash;
		parts->domain = is_hub_alias(text) ? REFERENCE_HUB : text;
	} else if (after_slash) {
		after_slash[-1] = '/';
	}
	parts->tag = cut(path, ':');
	parts->path = path;
	hub = strcmp(parts->domain, REFERENCE_HUB) == 0;
	parts->prefix = hub && !strchr(path, '/') ? LIBRARY : "";
}

/* --- checking ---------------------------------------------------------------------- */

/* domain-component *( "." domain-component ), each of letters, digits and inner "-". */
static bool reference_valid_host(const char *s, size_t len)
{
	const char *end = s + len;

	for (;;) {
		size_t n = strspn(s, LOWER UPPER DIGITS "-");

		if (n == 0 || s[0] == '-' || s[n - 1] == '-')
			return false;
		s += n;
		if (s == end)
			return true;
		if (*s++ != '.')
			return false;
	}
}

/* The grammar has no zones and no embedded IPv4 addresses. */
static bool valid_ipv6(const char *s, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (len >= sizeof(text) || strspn(s, DIGITS "abcdefABCDEF:") < len)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	return inet_pton(AF_INET6, text, &address) == 1;
}

static bool valid_port(const char *s)
{
	int64_t port;

	return s[strspn(s, DIGITS)] == '\0' && str_to_int64(s, &port) && port > 0 &&
	       port <= 65535;
}

static int check_domain(const char *domain, struct scanreq_error *err)
{
	bool bracket = domain[0] == '[';
	size_t len = strcspn(domain, bracket ? "]" : ":");
	const char *rest = domain + len + (bracket && domain[len]);
	bool valid;

	if (strlen(domain) > LONGEST_DOMAIN)
		return refuse(err, "the registry's name is longer than %d bytes",
			      LONGEST_DOMAIN);
	if (bracket)
		valid = domain[len] && valid_ipv6(domain + 1, len - 1);
	else
		valid = reference_valid_host(domain, len);
	if (!valid || (*rest && *rest != ':'))
		return refuse(err, "\"%s\" is no registry's host name or address", domain);
	if (*rest && !valid_port(rest + 1))
		return refuse(err, "\"%s\" is no port: say 1 to 65535", rest + 1);
	return 0;
}

/* The length of a separator at `s`: one ".", one or two "_", or any number of "-". */
static size_t separator_length(const char *s)
{
	if (*s == '.')
		return 1;
	if (*s == '_')
		return s[1] == '_' ? 2 : 1;
	return strspn(s, "-");
}

/* path-component := alphanumeric *( separator alphanumeric ) */
static bool valid_component(const char *s, size_t len)
{
	const char *end = s + len;

	for (;;) {
		size_t n = strspn(s, LOWER DIGITS);

		if (n == 0)
			return false;
		s += n;
		if (s == end)
			return true;
		s += separator_length(s);
	}
}

static int check_component(const char *s, size_t len, struct scanreq_error *err)
{
	if (len == 0)
		return refuse(err, "a part of the repository's name is empty");
	if (!valid_component(s, len))
		return refuse(err, "\"%.*s\" cannot be part of a repository's name: that is "
				   "a-z and 0-9, with \".\", \"_\", \"__\" or \"-\" inside",
			      (int)len, s);
	return 0;
}

static int check_path(const struct parts *parts, struct scanreq_error *err)
{
	const char *s = parts->path;
	int failed = 0;

	if (strlen(parts->prefix) + strlen(s) > LONGEST_PATH)
		return refuse(err, "the repository's name is longer than %d bytes",
			      LONGEST_PATH);
	if (strpbrk(s, UPPER))
		return refuse(err, "\"%s\" has upper-case letters; repository names are "
				   "lower case", s);
	for (;;) {
		size_t len = strcspn(s, "/");

		failed = check_component(s, len, err);
		if (failed || s[len] == '\0')
			return failed;
		s += len + 1;
	}
}

bool reference_valid_tag(const char *text)
{
	size_t len = strspn(text, LOWER UPPER DIGITS "_.-");

	return len > 0 && len <= LONGEST_TAG && text[len] == '\0' && text[0] != '.' &&
	       text[0] != '-';
}

static int check_tag(const char *tag, struct scanreq_error *err)
{
	if (*tag == '\0')
		return refuse(err, "the tag after \":\" is missing");
	if (strlen(tag) > LONGEST_TAG)
		return refuse(err, "the tag is longer than %d bytes", LONGEST_TAG);
	if (!reference_valid_tag(tag))
		return refuse(err, "\"%s\" is no tag: letters, digits, \"_\", and from the "
				   "second on \".\" and \"-\"", tag);
	return 0;
}

static int reference_check_digest(const char *text, struct digest *digest,
				  struct scanreq_error *err)
{
	size_t algorithm = strcspn(text, ":");

	if (digest_parse(text, strlen(text), digest))
		return 0;
	if (algorithm == 0 || text[algorithm] == '\0')
		return refuse(err, "the text after \"@\" is no digest: say sha256: and 64 hex "
				   "digits");
	if (str_prefix(text, "sha256:", NULL))
		return refuse(err,
			      "a sha256 digest has 64 lower-case hex digits after the colon");
	if (str_prefix(text, "sha512:", NULL))
		return refuse(err,
			      "a sha512 digest has 128 lower-case hex digits after the colon");
	return refuse(err,
		      "the digest algorithm \"%.*s\" is not supported: use sha256 or sha512",
		      (int)(algorithm < QUOTED ? algorithm : QUOTED), text);
}

static int check_parts(const struct parts *parts, struct digest *digest,
		       struct scanreq_error *err)
{
	int failed = check_domain(parts->domain, err);

	if (!failed)
		failed = check_path(parts, err);
	if (!failed && parts->tag)
		failed = check_tag(parts->tag, err);
	if (!failed && parts->digest)
		failed = reference_check_digest(parts->digest, digest, err);
	return failed;
}

/* "user:password@host/name", or a URL with a login: an error must not quote it. */
static bool has_credentials(const char *text)
{
	const char *at = strchr(text, '@');

	return at && (strchr(at, '/') || strstr(text, "://"));
}

/* Checks a text as a whole, before it is split. */
static int check_text(const char *text, struct scanreq_error *err)
{
	size_t len = strlen(text);

	if (len == 0)
		return refuse(err, "it is empty");
	if (len > LIMIT_REFERENCE)
		return refuse(err, "it is longer than %d bytes", LIMIT_REFERENCE);
	if (strstr(text, "://"))
		return refuse(err, "a reference has no scheme with \"://\": leave it out");
	if (len == 64 && hex_valid(text, len))
		return refuse(err, "64 hex digits are an image ID: name a repository");
	return 0;
}

/* --- the public part --------------------------------------------------------------- */

static int make(const struct parts *parts, const struct digest *digest,
		struct reference *reference)
{
	struct reference made CLEANUP_REFERENCE = { .digest = *digest };
	const char *tag = parts->tag ? parts->tag : parts->digest ? NULL : DEFAULT_TAG;

	if (str_copy(&made.domain, parts->domain) || str_copy(&made.tag, tag))
		return SCANREQ_E_NOMEM;
	if (asprintf(&made.path, "%s%s", parts->prefix, parts->path) < 0) {
		made.path = NULL;
		return SCANREQ_E_NOMEM;
	}
	*reference = made;
	made = (struct reference){ 0 };
	return 0;
}

int reference_parse(const char *text, struct reference *reference, struct scanreq_error *err)
{
	char *copy CLEANUP_FREE = NULL;
	struct digest digest = { 0 };
	struct parts parts;
	int failed;

	if (has_credentials(text))
		return error_about(refuse(err, "invalid reference: it has a user name before "
					       "\"@\"; set username instead"),
				   "username", err);
	failed = check_text(text, err);
	if (!failed) {
		copy = strdup(text);
		if (!copy)
			return error_nomem(err);
		split(copy, &parts);
		failed = check_parts(&parts, &digest, err);
	}
	if (failed)
		return error_prefix(err, failed, "invalid reference \"%.*s%s\"", QUOTED, text,
				    strlen(text) > QUOTED ? "..." : "");
	return make(&parts, &digest, reference) ? error_nomem(err) : 0;
}

void reference_free(struct reference *reference)
{
	free(reference->domain);
	free(reference->path);
	free(reference->tag);
	*reference = (struct reference){ 0 };
}

char *reference_format(const struct reference *reference)
{
	char digest[DIGEST_TEXT_MAX];
	char *text = NULL;
	int len = asprintf(&text, "%s/%s%s%s%s%s", reference->domain, reference->path,
			   reference->tag ? ":" : "", reference->tag ? reference->tag : "",
			   reference->digest.algorithm == DIGEST_NONE ? "" : "@",
			   digest_format(&reference->digest, digest));

	return len < 0 ? NULL : text;
}

char *reference_spell_out(const char *name)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };
	int failed = reference_parse(name, &reference, NULL);

	if (failed == SCANREQ_E_NOMEM)
		return NULL;
	return failed ? strdup(name) : reference_format(&reference);
}

int reference_spell_out_all(const struct strv *names, struct strv *spelt)
{
	for (size_t i = 0; i < names->count; i++) {
		char *text CLEANUP_FREE = reference_spell_out(names->items[i]);

		if (!text || strv_add(spelt, text))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

int reference_copy(struct reference *to, const struct reference *from)
{
	struct reference copy CLEANUP_REFERENCE = { .digest = from->digest };

	if (str_copy(&copy.domain, from->domain) || str_copy(&copy.path, from->path) ||
	    str_copy(&copy.tag, from->tag))
		return SCANREQ_E_NOMEM;
	*to = copy;
	copy = (struct reference){ 0 };
	return 0;
}

int reference_split_path(const struct reference *reference, char **ns, char **repo_name)
{
	const char *slash = strrchr(reference->path, '/');
	char *before CLEANUP_FREE = NULL;

	if (slash) {
		before = strndup(reference->path, (size_t)(slash - reference->path));
		if (!before)
			return SCANREQ_E_NOMEM;
	}
	if (str_copy(repo_name, slash ? slash + 1 : reference->path))
		return SCANREQ_E_NOMEM;
	*ns = TAKE(before);
	return 0;
}
