/* SPDX-License-Identifier: MIT */
/*
 * Completion scripts, written from the two tables: nothing here knows an option by name.
 * What an argument is called says what completes it: "FILE" is a file, "text|json" are
 * its words, and an IMAGE may be a file.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/option-table.h"
#include "cli/output-field.h"

/* --- what completes an argument ---------------------------------------------------- */

/* The length of the choices that an argument's name spells out; 0: it does not. */
static size_t choices_length(const char *argument)
{
	size_t len = strspn(argument, "abcdefghijklmnopqrstuvwxyz0123456789-|");

	/* "now|TIME": words, and something else. */
	if (len > 0 && argument[len - 1] == '|')
		return len - 1;
	return argument[len] == '\0' || argument[len] == '[' ? len : 0;
}

static bool is_field(const char *argument)
{
	return strcmp(argument, "FIELD") == 0;
}

static bool has_choices(const char *argument)
{
	return is_field(argument) || choices_length(argument) > 0;
}

static bool is_file(const char *argument)
{
	return strcmp(argument, "FILE") == 0 || str_prefix(argument, "FILE|", NULL) ||
	       strcmp(argument, "PATH") == 0 || str_prefix(argument, "IMAGE", NULL) ||
	       str_prefix(argument, "[IMAGE", NULL);
}

/* The choices with blanks between. */
static void write_choices(const char *argument)
{
	const char *field;

	for (size_t i = 0; is_field(argument) && (field = output_field_name(i)); i++)
		printf("%s%s", i ? " " : "", field);
	for (size_t i = 0, len = choices_length(argument); i < len; i++)
		putchar(argument[i] == '|' ? ' ' : argument[i]);
}

static void write_commands(void)
{
	for (const struct command *c = commands; c->name; c++)
		printf("%s%s", c == commands ? "" : " ", c->name);
}

static bool takes_command(const struct command *c)
{
	return strcmp(c->arguments, "[COMMAND]") == 0;
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
		if (has_choices(row->argument)) {
			printf(" words='");
			write_choices(row->argument);
			printf("'");
		} else if (is_file(row->argument)) {
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
	if (takes_command(c)) {
		printf("words='");
		write_commands();
		printf("'");
	} else if (has_choices(c->arguments)) {
		printf("words='");
		write_choices(c->arguments);
		printf("'");
	} else {
		printf("files=%s", is_file(c->arguments) ? "1" : "");
	}
	printf("\n\t\tfi ;;\n");
}

static void write_bash(void)
{
	fputs(bash_head, stdout);
	write_commands();
	printf("'\n\telse\n\tcase $command:$prev in\n");
	for (const struct command *c = commands; c->name; c++)
		bash_values(c);
	for (const struct command *c = commands; c->name; c++)
		bash_arguments(c);
	printf("\tesac\n\tfi\n");
	fputs(bash_tail, stdout);
}

/* --- zsh --------------------------------------------------------------------------- */

static void zsh_action(const char *argument)
{
	if (has_choices(argument)) {
		putchar('(');
		write_choices(argument);
		putchar(')');
	} else if (is_file(argument)) {
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
		zsh_action(row->argument);
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
		printf(" \\\n\t\t\t'%s:", is_file(c->arguments) ? "*" : "1");
		write_quoted(c->arguments, ":\\");
		putchar(':');
		if (takes_command(c)) {
			putchar('(');
			write_commands();
			putchar(')');
		} else {
			zsh_action(c->arguments);
		}
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
	if (row->argument && has_choices(row->argument)) {
		printf(" -x -a '");
		write_choices(row->argument);
		putchar('\'');
	} else if (row->argument) {
		fputs(is_file(row->argument) ? " -r -F" : " -x", stdout);
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
	if (is_file(c->arguments)) {
		printf(" -F\n");
		return;
	}
	printf(" -a '");
	if (takes_command(c))
		write_commands();
	else
		write_choices(c->arguments);
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
