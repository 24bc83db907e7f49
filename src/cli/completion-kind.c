/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/completion-kind.h"
#include "cli/explain.h"
#include "cli/output-field.h"

/* --- words that the program knows -------------------------------------------------- */

static void write_fields(void)
{
	const char *field;

	for (size_t i = 0; (field = output_field_name(i)); i++)
		printf("%s%s", i ? " " : "", field);
}

static void write_field_beginnings(void)
{
	const char *field;

	for (size_t i = 0; (field = output_field_name(i)); i++)
		printf("%s%s=", i ? " " : "", field);
}

/* Those that registries have most; others are typed. */
static void write_platforms(void)
{
	fputs("linux/amd64 linux/arm64 linux/arm/v7 linux/arm/v6 linux/386 linux/ppc64le "
	      "linux/s390x linux/riscv64 linux/loong64 windows/amd64 all",
	      stdout);
}

static void write_regions(void)
{
	const char *region;

	for (size_t i = 0; (region = scanreq_region_name(i)); i++)
		printf("%s%s", i ? " " : "", region);
}

static void write_codes(void)
{
	const char *code;

	for (size_t i = 0; (code = explain_code(i)); i++)
		printf("%s%s", i ? " " : "", code);
}

static void write_commands(void)
{
	for (const struct command *c = commands; c->name; c++)
		printf("%s%s", c == commands ? "" : " ", c->name);
}

/* --- kinds ------------------------------------------------------------------------- */

#define IMAGE { .list = "registries", .suffixes = "tar|tar.gz|tgz|tar.xz|tar.zst|tar.bz2|tar.lz4", \
		.begins = true }

static const struct {
	const char *argument;
	struct completion_kind kind;
} kinds[] = {
	{ "FIELD", { .write_words = write_fields } },
	{ "FIELD=PATH", { .write_words = write_field_beginnings, .begins = true } },
	{ "OS/ARCH[/VARIANT]|all", { .write_words = write_platforms } },
	{ "REGION", { .write_words = write_regions } },
	{ "PROFILE", { .list = "profiles" } },
	{ "PEM-FILE", { .suffixes = "pem|crt|cer|key" } },
	{ "FILE", { .suffixes = "" } },
	{ "FILE|-", { .suffixes = "" } },
	{ "PATH", { .suffixes = "" } },
	{ "IMAGE...", IMAGE },
	{ "[IMAGE...]", IMAGE },
	{ "[IMAGE]", IMAGE },
	{ "DIGEST|IMAGE", IMAGE },
	{ "[CODE|STATUS]", { .write_words = write_codes } },
	{ "[COMMAND]", { .write_words = write_commands } },
};

const struct completion_kind *completion_kind(const char *argument)
{
	static const struct completion_kind none;

	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
		if (strcmp(kinds[i].argument, argument) == 0)
			return &kinds[i].kind;
	return &none;
}

/* The length of the words that an argument's name spells out; 0: it does not. */
static size_t spelled_length(const char *argument)
{
	size_t len = strspn(argument, "abcdefghijklmnopqrstuvwxyz0123456789-|");

	/* "now|TIME": words, and something else. */
	if (len > 0 && argument[len - 1] == '|')
		return len - 1;
	return argument[len] == '\0' || argument[len] == '[' ? len : 0;
}

bool completion_has_words(const char *argument)
{
	return completion_kind(argument)->write_words || spelled_length(argument) > 0;
}

void completion_words(const char *argument)
{
	const struct completion_kind *kind = completion_kind(argument);

	if (kind->write_words)
		kind->write_words();
	for (size_t i = 0, len = spelled_length(argument); !kind->write_words && i < len; i++)
		putchar(argument[i] == '|' ? ' ' : argument[i]);
}

/* --- words that change ------------------------------------------------------------- */

/* A shell may expand what it completes, and nobody vouches for a name in a file. */
static void write_word(const char *word, const char *end)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-:/@+";

	if (*word && *word != '-' && word[strspn(word, plain)] == '\0')
		printf("%s%s\n", word, end);
}

/* The object in the file that `variable` names, or else in `below` the home directory. */
static struct json_object *read_object(const char *variable, const char *file, const char *below)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_AUTHFILE);
	const char *named = env_value(variable), *home = env_value("HOME");
	struct json_object *root = NULL;
	char *path CLEANUP_FREE = NULL;

	if (asprintf(&path, "%s%s%s", named ? named : home ? home : "", named ? file : "/",
		     named ? "" : below) < 0) {
		path = NULL;
		return NULL;
	}
	if (file_read(path, &text, NULL) ||
	    json_parse(buf_str(&text), text.len, path, &root, NULL))
		return NULL;
	if (!json_object_is_type(root, json_type_object))
		json_release(&root);
	return root;
}

static void list_profiles(void)
{
	struct json_object *root CLEANUP_JSON =
		read_object("ALIBABA_CLOUD_CONFIG_FILE", "", ".aliyun/config.json");
	struct json_object *profiles = NULL;
	const char *name;

	if (!root || json_member(root, "profiles", json_type_array, &profiles, NULL) || !profiles)
		return;
	for (size_t i = 0; i < json_object_array_length(profiles); i++) {
		struct json_object *profile = json_object_array_get_idx(profiles, i);

		if (json_object_is_type(profile, json_type_object) &&
		    json_string(profile, "name", &name, NULL) == 0 && name)
			write_word(name, "");
	}
}

/* "https://index.docker.io/v1/" is docker.io, and other URLs are their host. */
static void write_registry(const char *key)
{
	const char *host = strstr(key, "://");
	char *copy CLEANUP_FREE = strdup(host ? host + 3 : key);

	if (!copy)
		return;
	if (host)
		copy[strcspn(copy, "/")] = '\0';
	write_word(strcmp(copy, "index.docker.io") == 0 ? "docker.io" : copy, "/");
}

static void list_registries(void)
{
	static const char *const members[] = { "auths", "credHelpers" };
	struct json_object *root CLEANUP_JSON =
		read_object("DOCKER_CONFIG", "/config.json", ".docker/config.json");

	for (size_t i = 0; root && i < ARRAY_LENGTH(members); i++) {
		struct json_object *hosts = NULL;

		if (json_member(root, members[i], json_type_object, &hosts, NULL) || !hosts)
			continue;
		json_object_object_foreach(hosts, key, value) {
			(void)value;
			write_registry(key);
		}
	}
}

static void list_regions(void)
{
	const char *region;

	for (size_t i = 0; (region = scanreq_region_name(i)); i++)
		printf("%s\n", region);
}

static const struct {
	const char *name;
	void (*write)(void);
} lists[] = {
	{ "profiles", list_profiles },
	{ "regions", list_regions },
	{ "registries", list_registries },
};

bool completion_list(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
		if (strcmp(lists[i].name, name) == 0) {
			lists[i].write();
			return true;
		}
	return false;
}
