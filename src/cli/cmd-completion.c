/* SPDX-License-Identifier: MIT */
/* Completion scripts, written from the tables of commands, options, fields and forms. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/option-table.h"
#include "cli/output-choice.h"
#include "cli/output-field.h"

/* --- what completes an argument ---------------------------------------------------- */

/* Whether `kind` is completed by a list of words. */
static bool has_words(enum value_kind kind)
{
	return kind == VALUE_CHOICE || kind == VALUE_FIELD || kind == VALUE_OUTPUT ||
	       kind == VALUE_COMMAND;
}

static void write_word(size_t i, const char *word)
{
	printf("%s%s", i ? " " : "", word);
}

/* The lower-case words of "now|mtime|TIME". */
static void write_choices(const char *argument)
{
	size_t len = strspn(argument, "abcdefghijklmnopqrstuvwxyz-|");

	if (len > 0 && argument[len - 1] == '|')
		len--;
	for (size_t i = 0; i < len; i++)
		putchar(argument[i] == '|' ? ' ' : argument[i]);
}

/* The words with blanks between. */
static void write_words(enum value_kind kind, const char *argument)
{
	const char *word;

	if (kind == VALUE_CHOICE)
		write_choices(argument);
	for (size_t i = 0; kind == VALUE_FIELD && (word = output_field_name(i)); i++)
		write_word(i, word);
	for (size_t i = 0; kind == VALUE_OUTPUT && (word = output_form_name(i)); i++)
		write_word(i, word);
	for (size_t i = 0; kind == VALUE_COMMAND && (word = commands[i].name); i++)
		write_word(i, word);
}

/* `text` inside single quotes; `special` get a backslash before. */
static void write_quoted(const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			putchar('\\');
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	}
}

/* --- bash -------------------------------------------------------------------------- */

/* bash takes "=" for a word of its own, so the option may be two words back. */
static const char bash_head[] =
	"# bash completion for scanreq: source <(scanreq completion bash)\n"
	"_scanreq()\n{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal command=${COMP_WORDS[1]} words= files=\n"
	"\tCOMPREPLY=()\n"
	"\tif [[ $cur == = ]]; then\n\t\tcur=\n"
	"\telif [[ $prev == = ]]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
	"\tif ((COMP_CWORD == 1)); then\n\t\twords='";

static const char bash_tail[] =
	"\tif [[ $words ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	"\telif [[ $files ]]; then\n"
	"\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\tfi\n}\n"
	"complete -F _scanreq scanreq\n";

static void bash_values(const struct command *c)
{
	for (const struct option_row *row = option_table; row->name; row++) {
		if (!row->argument || !(row->commands & c->bit))
			continue;
		printf("\t%s:--%s", c->name, row->name);
		if (row->letter)
			printf(" | %s:-%c", c->name, row->letter);
		printf(")");
		if (has_words(row->kind)) {
			printf(" words='");
			write_words(row->kind, row->argument);
			printf("'");
		} else if (row->kind == VALUE_FILE) {
			printf(" files=1");
		}
		printf(" ;;\n");
	}
}

static void bash_arguments(const struct command *c)
{
	printf("\t%s:*)\n", c->name);
	if (c->bit)
		printf("\t\tif [[ $cur == -* ]]; then words='");
	else
		printf("\t\tif [[ $cur == -* ]]; then words='--help");
	for (const struct option_row *row = option_table; row->name; row++)
		if (row->commands & c->bit)
			printf("--%s ", row->name);
	printf("'\n\t\telse ");
	if (has_words(c->kind)) {
		printf("words='");
		write_words(c->kind, c->arguments);
		printf("'");
	} else {
		printf("files=%s", c->kind == VALUE_FILE ? "1" : "");
	}
	printf("\n\t\tfi ;;\n");
}

static void write_bash(void)
{
	fputs(bash_head, stdout);
	write_words(VALUE_COMMAND, NULL);
	printf("'\n\telse\n\tcase $command:$prev in\n");
	for (const struct command *c = commands; c->name; c++)
		bash_values(c);
	for (const struct command *c = commands; c->name; c++)
		bash_arguments(c);
	printf("\tesac\n\tfi\n");
	fputs(bash_tail, stdout);
}

/* --- zsh --------------------------------------------------------------------------- */

static void zsh_action(enum value_kind kind, const char *argument)
{
	if (has_words(kind)) {
		putchar('(');
		write_words(kind, argument);
		putchar(')');
	} else if (kind == VALUE_FILE) {
		fputs("_files", stdout);
	}
}

static void zsh_option(const struct option_row *row)
{
	printf(" \\\n\t\t\t");
	if (row->letter)
		printf("'*'{-%c%s,--%s%s}'", row->letter, row->argument ? "+" : "", row->name,
		       row->argument ? "=" : "");
	else
		printf("'*--%s%s", row->name, row->argument ? "=" : "");
	putchar('[');
	write_quoted(row->help, "[]\\");
	putchar(']');
	if (row->argument) {
		putchar(':');
		write_quoted(row->argument, ":\\");
		putchar(':');
		zsh_action(row->kind, row->argument);
	}
	putchar('\'');
}

static void zsh_command(const struct command *c)
{
	printf("\t%s)\n\t\t_arguments -S", c->name);
	for (const struct option_row *row = option_table; row->name; row++)
		if (row->commands & c->bit)
			zsh_option(row);
	if (!c->bit)
		printf(" \\\n\t\t\t'(- *)--help[show how to use the command]'");
	if (*c->arguments) {
		printf(" \\\n\t\t\t'%s:", c->kind == VALUE_FILE ? "*" : "1");
		write_quoted(c->arguments, ":\\");
		putchar(':');
		zsh_action(c->kind, c->arguments);
		putchar('\'');
	}
	printf("\n\t\t;;\n");
}

static void write_zsh(void)
{
	printf("#compdef scanreq\n# zsh completion for scanreq: source <(scanreq completion "
	       "zsh)\n"
	       "_scanreq()\n{\n\tif ((CURRENT == 2)); then\n\t\tlocal -a commands=(");
	for (const struct command *c = commands; c->name; c++) {
		printf("\n\t\t\t'%s:", c->name);
		write_quoted(c->summary, ":\\");
		putchar('\'');
	}
	printf("\n\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
	       "\tshift words\n\t((CURRENT--))\n\tcase $words[1] in\n");
	for (const struct command *c = commands; c->name; c++)
		zsh_command(c);
	/* Sourced, it registers itself; from a directory of $fpath, it is the function. */
	printf("\tesac\n}\nif [[ $funcstack[1] == _scanreq ]]; then\n\t_scanreq \"$@\"\n"
	       "else\n\tcompdef _scanreq scanreq\nfi\n");
}

/* --- fish -------------------------------------------------------------------------- */

static void fish_option(const struct command *c, const struct option_row *row)
{
	printf("complete -c scanreq -n '__fish_seen_subcommand_from %s' -l %s", c->name,
	       row->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	if (has_words(row->kind)) {
		printf(" -x -a '");
		write_words(row->kind, row->argument);
		putchar('\'');
	} else if (row->argument) {
		fputs(row->kind == VALUE_FILE ? " -r -F" : " -x", stdout);
	}
	/* In fish's single quotes a backslash escapes, itself and the quote alone. */
	printf(" -d '");
	for (const char *p = row->help; *p; p++)
		printf("%s%c", *p == '\'' || *p == '\\' ? "\\" : "", *p);
	printf("'\n");
}

static void fish_arguments(const struct command *c)
{
	printf("complete -c scanreq -n '__fish_seen_subcommand_from %s'", c->name);
	if (c->kind == VALUE_FILE) {
		printf(" -F\n");
		return;
	}
	printf(" -a '");
	write_words(c->kind, c->arguments);
	printf("'\n");
}

static void write_fish(void)
{
	printf("# fish completion for scanreq: scanreq completion fish | source\n"
	       "complete -c scanreq -f\n");
	for (const struct command *c = commands; c->name; c++) {
		printf("complete -c scanreq -n __fish_use_subcommand -a %s -d '%s'\n", c->name,
		       c->summary);
		for (const struct option_row *row = option_table; row->name; row++)
			if (row->commands & c->bit)
				fish_option(c, row);
		if (*c->arguments)
			fish_arguments(c);
	}
}

/* --- the command ------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*write)(void);
} shells[] = {
	{ "bash", write_bash },
	{ "zsh", write_zsh },
	{ "fish", write_fish },
};

int cmd_completion(const struct command *command, int argc, char **argv)
{
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		help_write(command);
		return 0;
	}
	for (size_t i = 0; argc == 2 && i < ARRAY_LENGTH(shells); i++)
		if (strcmp(argv[1], shells[i].name) == 0) {
			shells[i].write();
			return 0;
		}
	return usage_error("completion takes one shell: bash, zsh or fish");
}
