/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "base/str.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/option-table.h"
#include "cli/unknown-option.h"

/* Our names for what another tool calls so. */
#define MEANT_MAX 2

#define LOGIN { "username", "authfile" }
#define KEYS "take keys from ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, " \
	     "or with --profile NAME from a file"

/*
 * What docker, podman, skopeo, crane, oras, regctl, cosign, trivy, curl and the aliyun CLI
 * call it. A name is compared without case, "-" and "_".
 */
static const struct other_name {
	const char *name;
	const char *meant[MEANT_MAX]; /* rows of the option table */
	const char *advice;           /* in place of `meant`; or NULL */
	bool secret;                  /* its value is one there */
} other_names[] = {
	{ "password", LOGIN, NULL, true },
	{ "pass", LOGIN, NULL, true },
	{ "passwd", LOGIN, NULL, true },
	{ "creds", LOGIN, NULL, true },
	{ "src-creds", LOGIN, NULL, true },
	{ "dest-creds", LOGIN, NULL, true },
	{ "credentials", LOGIN, NULL, true },
	{ "registry-token", LOGIN, NULL, true },
	{ "identity-token", LOGIN, NULL, true },
	{ "token", { "token-file" }, NULL, true },
	{ "scan-token", { "token-file" }, NULL, true },
	{ "secret", { NULL }, KEYS, true },
	{ "secret-key", { NULL }, KEYS, true },
	{ "access-key", { NULL }, KEYS, true },
	{ "access-key-id", { NULL }, KEYS, true },
	{ "access-key-secret", { NULL }, KEYS, true },
	{ "sts-token", { NULL }, KEYS, true },
	{ "security-token", { NULL }, KEYS, true },
	{ "ak", { NULL }, KEYS, true },
	{ "sk", { NULL }, KEYS, true },

	{ "tls-verify", { "insecure-skip-verify", "plain-http" }, NULL, false },
	{ "src-tls-verify", { "insecure-skip-verify", "plain-http" }, NULL, false },
	{ "tls-skip-verify", { "insecure-skip-verify" }, NULL, false },
	{ "skip-tls-verify", { "insecure-skip-verify" }, NULL, false },
	{ "insecure-skip-tls-verify", { "insecure-skip-verify" }, NULL, false },
	{ "insecure", { "insecure-skip-verify", "plain-http" }, NULL, false },
	{ "allow-insecure", { "insecure-skip-verify", "plain-http" }, NULL, false },
	{ "insecure-registry", { "insecure-skip-verify", "plain-http" }, NULL, false },
	{ "allow-insecure-registry", { "insecure-skip-verify", "plain-http" }, NULL, false },
	{ "http", { "plain-http" }, NULL, false },
	{ "cacert", { "ca-file" }, NULL, false },
	{ "ca-cert", { "ca-file" }, NULL, false },
	{ "ca-bundle", { "ca-file" }, NULL, false },
	{ "certificate-authority", { "ca-file" }, NULL, false },
	{ "cert-dir", { "ca-file", "cert" }, NULL, false },
	{ "src-cert-dir", { "ca-file", "cert" }, NULL, false },
	{ "tls-cert", { "cert" }, NULL, false },
	{ "tls-key", { "key" }, NULL, false },
	{ "no-creds", { "anonymous" }, NULL, false },
	{ "src-no-creds", { "anonymous" }, NULL, false },
	{ "user", { "username" }, NULL, false },
	{ "config", { "authfile" }, NULL, false },
	{ "registry-config", { "authfile" }, NULL, false },
	{ "docker-config", { "authfile" }, NULL, false },
	{ "src-authfile", { "authfile" }, NULL, false },

	{ "format", { "output", "get" }, NULL, false },
	{ "json", { NULL }, "say -o json", false },
	{ "template", { "get" }, NULL, false },
	{ "jsonpath", { "get" }, NULL, false },
	{ "query", { "get" }, NULL, false },
	{ "field", { "get" }, NULL, false },
	{ "print", { "get" }, NULL, false },
	{ "output-file", { "output" }, NULL, false },
	{ "out", { "output" }, NULL, false },
	{ "silent", { "quiet" }, NULL, false },
	{ "no-progress", { "quiet" }, NULL, false },
	{ "progress", { "quiet" }, NULL, false },
	{ "no-color", { NULL }, "say --color never", false },
	{ "no-colour", { NULL }, "say --color never", false },
	{ "debug", { NULL }, "say -vv", false },
	{ "trace", { NULL }, "say -vv", false },
	{ "log-level", { NULL }, "say -v, -vv or --quiet", false },
	{ "version", { NULL }, "say scanreq version", false },

	{ "image", { NULL }, "the IMAGE stands by itself, without an option", false },
	{ "ref", { "name" }, "the IMAGE stands by itself, without an option", false },
	{ "input", { NULL }, "the IMAGE stands by itself: say ./FILE, or - for standard input",
	  false },
	{ "os", { "platform" }, NULL, false },
	{ "arch", { "platform" }, NULL, false },
	{ "variant", { "platform" }, NULL, false },
	{ "override-os", { "platform" }, NULL, false },
	{ "override-arch", { "platform" }, NULL, false },
	{ "all", { NULL }, "say --platform all", false },
	{ "all-platforms", { NULL }, "say --platform all", false },
	{ "repo", { "repo-name", "name" }, NULL, false },
	{ "repository", { "repo-name", "name" }, NULL, false },
	{ "metadata-file", { "from" }, NULL, false },
	{ "digestfile", { "from" }, NULL, false },
	{ "iidfile", { "from" }, NULL, false },
	{ "file-list", { "images-from" }, NULL, false },
	{ "region-id", { "region" }, NULL, false },
	{ "host", { "socket" }, NULL, false },
	{ "parallel", { "jobs" }, NULL, false },
	{ "parallelism", { "jobs" }, NULL, false },
	{ "concurrency", { "jobs" }, NULL, false },
	{ "workers", { "jobs" }, NULL, false },
	{ "threads", { "jobs" }, NULL, false },
	{ "retries", { "retry" }, NULL, false },
	{ "max-retries", { "retry" }, NULL, false },
	{ "retry-times", { "retry" }, NULL, false },
	{ "continue-on-error", { "keep-going" }, NULL, false },
	{ "wait-for", { "wait", "wait-timeout" }, NULL, false },
	{ "proxy", { NULL }, "set HTTPS_PROXY", false },
};

/* A name with one of these in it may be followed by a secret, whatever tool has it. */
static const struct secret_word {
	const char *word;
	const char *meant[MEANT_MAX];
	const char *advice;
} secret_words[] = {
	{ "password", LOGIN, NULL },
	{ "passwd", LOGIN, NULL },
	{ "passphrase", { NULL }, "an encrypted key cannot be read: decrypt it first" },
	{ "secret", { NULL }, KEYS },
	{ "access-key", { NULL }, KEYS },
	{ "accesskey", { NULL }, KEYS },
	{ "token", { "token-file" }, NULL },
	{ "cred", LOGIN, NULL },
};

/* What unknown_option() and misplaced_option() make a line of. */
struct complaint {
	const struct command *command; /* NULL: none was named yet */
	char name[NEAREST_NAME_MAX + 1];
	struct buf advice;
};

/* --- naming our own ---------------------------------------------------------------- */

static bool has_row(const struct command *command, const struct option_row *row)
{
	return !command || (row->commands & command->bit);
}

/* The row of a name: the command's own, else any. */
static const struct option_row *find_row(const struct command *command, const char *name)
{
	const struct option_row *found = NULL;

	for (const struct option_row *row = option_table; row->name; row++)
		if (strcmp(row->name, name) == 0 &&
		    (!found || (!has_row(command, found) && has_row(command, row))))
			found = row;
	return found;
}

/* "submit, status and doctor" */
static void add_commands(struct buf *out, const struct option_row *row)
{
	unsigned int left = row->commands;

	for (const struct command *c = commands; c->name; c++) {
		if (!(left & c->bit))
			continue;
		left &= ~c->bit;
		buf_addf(out, "%s%s", c->name, !left ? "" : left & (left - 1) ? ", " : " and ");
	}
}

/* "--region REGION", with "of submit and doctor" where this command does not have it. */
static void add_row(struct complaint *c, const struct option_row *row)
{
	buf_addf(&c->advice, "--%s%s%s", row->name, row->argument ? " " : "",
		 row->argument ? row->argument : "");
	if (strcmp(row->name, "username") == 0)
		buf_puts(&c->advice, " with --password-stdin");
	if (has_row(c->command, row))
		return;
	buf_puts(&c->advice, " of ");
	add_commands(&c->advice, row);
}

/* Those of them that the command has; when it has none, all, with the commands that do. */
static void add_meant(struct complaint *c, const char *const meant[MEANT_MAX],
		      const char *advice)
{
	bool own = false, said = false;

	if (advice) {
		buf_puts(&c->advice, advice);
		return;
	}
	for (int i = 0; i < MEANT_MAX && meant[i]; i++)
		own = own || has_row(c->command, find_row(c->command, meant[i]));
	for (int i = 0; i < MEANT_MAX && meant[i]; i++) {
		const struct option_row *row = find_row(c->command, meant[i]);

		if (own && !has_row(c->command, row))
			continue;
		buf_puts(&c->advice, said ? ", or " : "say ");
		add_row(c, row);
		said = true;
	}
}

/* --- what was meant ---------------------------------------------------------------- */

/* An option that other commands have, spelt right. */
static bool of_other_commands(struct complaint *c)
{
	const struct option_row *row = find_row(c->command, c->name);

	if (!row || !c->command)
		return false;
	buf_addf(&c->advice, "it is an option of ");
	add_commands(&c->advice, row);
	return true;
}

static bool of_other_tools(struct complaint *c)
{
	for (size_t i = 0; i < ARRAY_LENGTH(other_names); i++) {
		const struct other_name *other = &other_names[i];

		if (!nearest_same(c->name, other->name))
			continue;
		if (other->secret)
			buf_puts(&c->advice, "no option takes a secret; ");
		add_meant(c, other->meant, other->advice);
		return true;
	}
	return false;
}

static bool by_spelling(struct complaint *c)
{
	struct nearest search = nearest_to(c->name);

	for (const struct option_row *row = option_table; row->name; row++)
		if (has_row(c->command, row))
			nearest_offer(&search, row->name);
	if (search.best)
		buf_addf(&c->advice, "did you mean --%s?", search.best);
	return search.best;
}

/* The name ends where the word does: "--passwordVALUE" is the spelling of some tools. */
static bool by_secret_word(struct complaint *c)
{
	for (size_t i = 0; i < ARRAY_LENGTH(secret_words); i++) {
		char *at = strcasestr(c->name, secret_words[i].word);

		if (!at)
			continue;
		at[strlen(secret_words[i].word)] = '\0';
		buf_puts(&c->advice, "no option takes a secret; ");
		add_meant(c, secret_words[i].meant, secret_words[i].advice);
		return true;
	}
	return false;
}

/* An abbreviation of one option, or of several. */
static bool by_beginning(struct complaint *c)
{
	const char *more = "";
	bool found = false;

	if (strlen(c->name) < 2)
		return false;
	for (const struct option_row *row = option_table; row->name; row++) {
		if (!has_row(c->command, row) || !str_prefix(row->name, c->name, NULL))
			continue;
		buf_addf(&c->advice, "%s--%s", found ? " or " : "names are not abbreviated; did "
								"you mean ", row->name);
		more = "?";
		found = true;
	}
	buf_puts(&c->advice, more);
	return found;
}

/* --- complaining ------------------------------------------------------------------- */

/* A name is letters, digits and "-": what comes after them is none of it. */
static void take_name(struct complaint *c, const char *name, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	size_t n = strspn(name, allowed);

	n = n < length ? n : length;
	n = n < NEAREST_NAME_MAX ? n : NEAREST_NAME_MAX;
	memcpy(c->name, name, n);
	c->name[n] = '\0';
}

static void find_advice(struct complaint *c)
{
	if (of_other_commands(c) || of_other_tools(c) || by_spelling(c) || by_secret_word(c) ||
	    by_beginning(c))
		return;
	buf_addf(&c->advice, "try 'scanreq help%s%s'", c->command ? " " : "",
		 c->command ? c->command->name : "");
}

int unknown_option(const struct command *command, const char *name, size_t length)
{
	struct complaint c = { .command = command, .advice = BUF_INIT(LIMIT_LINE) };

	take_name(&c, name, length);
	find_advice(&c);
	usage_error("%s has no option --%s: %s", command->name, c.name, buf_str(&c.advice));
	buf_free(&c.advice);
	return EXIT_USAGE;
}

int unknown_letter(const struct command *command, const char *word)
{
	/* What is spelt with one "-" too few; the word may be a secret behind a letter. */
	for (const struct option_row *row = option_table; row->name; row++)
		if (has_row(command, row) && strcmp(row->name, word) == 0)
			return usage_error("-%s has one \"-\" too few: say --%s", row->name,
					   row->name);
	if (*word == 'p')
		return usage_error("%s has no option -p: no option takes a secret; say "
				   "--username NAME with --password-stdin", command->name);
	return usage_error("%s has no option -%c: try 'scanreq help %s'", command->name, *word,
			   command->name);
}

int misplaced_option(const char *word)
{
	struct complaint c = { .advice = BUF_INIT(LIMIT_LINE) };
	const char *dashes = word[1] == '-' ? "--" : "-";

	take_name(&c, word + strlen(dashes), word[1] == '-' ? strlen(word) : 1);
	if (word[1] == '-' && !find_row(NULL, c.name))
		find_advice(&c);
	if (c.advice.len > 0)
		usage_error("there is no option --%s: %s", c.name, buf_str(&c.advice));
	else
		usage_error("%s%s stands before the command: say scanreq COMMAND %s%s", dashes,
			    c.name, dashes, c.name);
	buf_free(&c.advice);
	return EXIT_USAGE;
}

/* --- commands ---------------------------------------------------------------------- */

/* What other tools call it. */
static const struct {
	const char *name;
	const char *ours;
} other_commands[] = {
	{ "analyze", "submit" }, { "check", "doctor" },   { "digest", "inspect" },
	{ "file", "submit" },    { "image", "inspect" },  { "manifest", "inspect" },
	{ "poll", "status" },    { "push", "submit" },    { "request", "submit" },
	{ "scan", "submit" },    { "send", "submit" },    { "show", "inspect" },
	{ "task", "status" },    { "wait", "status" },
};

int unknown_command(const char *name)
{
	struct nearest search = nearest_to(name);

	/* What began with "-" is an option, and may go on with a secret. */
	if (*name == '-')
		return misplaced_option(name);
	for (const struct command *c = commands; c->name; c++)
		nearest_offer(&search, c->name);
	for (size_t i = 0; !search.best && i < ARRAY_LENGTH(other_commands); i++)
		if (nearest_same(name, other_commands[i].name))
			search.best = other_commands[i].ours;
	if (search.best)
		return usage_error("there is no command \"%s\": did you mean %s?", name,
				   search.best);
	return usage_error("there is no command \"%s\": try 'scanreq help'", name);
}
