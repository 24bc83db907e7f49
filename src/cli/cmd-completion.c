/* SPDX-License-Identifier: MIT */
/* Completion scripts, written from the two tables: nothing here knows an option by name. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/cli.h"
#include "cli/completion-kind.h"
#include "cli/diagnostics.h"
#include "cli/option-table.h"

#define LIST "scanreq completion --list %s 2>/dev/null"

static void write_commands(void)
{
	for (const struct command *c = commands; c->name; c++)
		printf("%s%s", c == commands ? "" : " ", c->name);
}

/* Whether a command takes several arguments of the same kind. */
static bool takes_many(const struct command *c)
{
	return completion_kind(c->arguments)->suffixes;
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

/* bash takes "=" and ":" for words of their own, so the option may be two words back. */
static const char bash_head[] =
	"# bash completion for scanreq: source <(scanreq completion bash)\n"
	"# Those files below $cur that have one of the suffixes, and directories; else all files.\n"
	"_scanreq_files()\n{\n"
	"\tlocal file all=()\n"
	"\tmapfile -t all < <(compgen -f -- \"$cur\")\n"
	"\tfor file in \"${all[@]}\"; do\n"
	"\t\t[[ -d $file || $file =~ \\.($1)$ ]] && COMPREPLY+=(\"$file\")\n"
	"\tdone\n"
	"\t[[ $1 && ${COMPREPLY[*]} ]] || COMPREPLY=(\"${all[@]}\")\n"
	"\tcompopt -o filenames 2>/dev/null\n}\n"
	"# Words, with what readline takes for the words before the last colon cut off.\n"
	"_scanreq_beginnings()\n{\n"
	"\tlocal begun=$cur i=$COMP_CWORD word found=()\n"
	"\twhile ((i > 2)) && [[ ${COMP_WORDS[i]} == : || ${COMP_WORDS[i-1]} == : ]]; do\n"
	"\t\tbegun=${COMP_WORDS[--i]}$begun\n\tdone\n"
	"\tmapfile -t found < <(compgen -W \"$1\" -- \"$begun\")\n"
	"\t[[ ! ${found[*]} || ! ${COMPREPLY[*]} ]] ||\n"
	"\t\tmapfile -t COMPREPLY < <(printf '%q\\n' \"${COMPREPLY[@]}\")\n"
	"\tfor word in \"${found[@]}\"; do\n"
	"\t\tCOMPREPLY+=(\"${word#\"${begun%\"${begun##*:}\"}\"}\")\n\tdone\n"
	"\t[[ ${found[*]} ]] || return 0\n"
	"\tcompopt -o nospace +o filenames 2>/dev/null\n}\n"
	"_scanreq()\n{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal command=${COMP_WORDS[1]} words= files=none begins=\n"
	"\tCOMPREPLY=()\n"
	"\tif [[ $cur == = ]]; then\n\t\tcur=\n"
	"\telif [[ $prev == = ]]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
	"\tif ((COMP_CWORD == 1)); then\n\t\twords='";

static const char bash_tail[] =
	"\t[[ $files == none ]] || _scanreq_files \"$files\"\n"
	"\tif [[ $begins ]]; then\n\t\t_scanreq_beginnings \"$words\"\n"
	"\telif [[ $words ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	"\tfi\n}\n"
	"complete -F _scanreq scanreq\n";

/* Assignments that say what completes an argument. */
static void bash_argument(const char *argument)
{
	const struct completion_kind *kind = completion_kind(argument);

	if (completion_has_words(argument)) {
		printf(" words='");
		completion_words(argument);
		printf("'");
	}
	if (kind->list)
		printf(" words=$(" LIST ")", kind->list);
	if (kind->suffixes)
		printf(" files='%s'", kind->suffixes);
	if (kind->begins)
		printf(" begins=1");
}

static void bash_values(const struct command *c)
{
	for (const struct option_row *row = option_table; row->name; row++) {
		if (!row->argument || !(row->commands & c->bit))
			continue;
		printf("\t%s:--%s", c->name, row->name);
		if (row->letter)
			printf(" | %s:-%c", c->name, row->letter);
		printf(")");
		bash_argument(row->argument);
		printf(" ;;\n");
	}
}

static void bash_arguments(const struct command *c)
{
	printf("\t%s:*)\n\t\tif [[ $cur == -* ]]; then words='%s", c->name,
	       c->bit ? "" : "--help");
	for (const struct option_row *row = option_table; row->name; row++)
		if (row->commands & c->bit)
			printf("--%s ", row->name);
	printf("'\n\t\telse :;");
	bash_argument(c->arguments);
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

static const char zsh_images[] =
	"_scanreq_images()\n{\n"
	"\t_files -g '*.(%s)(-.)'\n"
	"\tcompadd -S '' -- ${(f)\"$(" LIST ")\"}\n}\n";

/* What begins an argument is an IMAGE, or a word that something follows. */
static void zsh_action(const char *argument)
{
	const struct completion_kind *kind = completion_kind(argument);

	if (kind->begins && kind->list) {
		fputs("_scanreq_images", stdout);
	} else if (completion_has_words(argument)) {
		printf(kind->begins ? "{compadd -S \"\" -- " : "(");
		completion_words(argument);
		putchar(kind->begins ? '}' : ')');
	} else if (kind->list) {
		printf("{compadd -- ${(f)\"$(" LIST ")\"}}", kind->list);
	} else if (kind->suffixes) {
		fputs("_files", stdout);
		if (*kind->suffixes)
			printf(" -g \"*.(%s)(-.)\"", kind->suffixes);
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
		printf(" \\\n\t\t\t'%s:", takes_many(c) ? "*" : "1");
		write_quoted(c->arguments, ":\\");
		putchar(':');
		zsh_action(c->arguments);
		putchar('\'');
	}
	printf("\n\t\t;;\n");
}

static void write_zsh(void)
{
	printf("#compdef scanreq\n# zsh completion for scanreq: source <(scanreq completion "
	       "zsh)\n");
	printf(zsh_images, completion_kind("IMAGE...")->suffixes,
	       completion_kind("IMAGE...")->list);
	printf("_scanreq()\n{\n\tif ((CURRENT == 2)); then\n\t\tlocal -a commands=(");
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

/* Options of fish's complete. Files with the first suffix are listed before others. */
static void fish_argument(const char *argument)
{
	const struct completion_kind *kind = completion_kind(argument);

	if (completion_has_words(argument)) {
		printf(" -x -a '");
		completion_words(argument);
		printf("'");
	} else if (kind->suffixes && !*kind->suffixes) {
		printf(" -r -F");
	} else if (kind->list || kind->suffixes) {
		printf(" -x -k -a '(");
		if (kind->suffixes)
			printf("__fish_complete_suffix .%.*s",
			       (int)strcspn(kind->suffixes, "|"), kind->suffixes);
		if (kind->list)
			printf("%s" LIST, kind->suffixes ? "; " : "", kind->list);
		printf(")'");
	} else {
		printf(" -x");
	}
}

static void fish_option(const struct command *c, const struct option_row *row)
{
	printf("complete -c scanreq -n '__fish_seen_subcommand_from %s' -l %s", c->name,
	       row->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	if (row->argument)
		fish_argument(row->argument);
	/* In fish's single quotes a backslash escapes, itself and the quote alone. */
	printf(" -d '");
	for (const char *p = row->help; *p; p++)
		printf("%s%c", *p == '\'' || *p == '\\' ? "\\" : "", *p);
	printf("'\n");
}

static void fish_arguments(const struct command *c)
{
	printf("complete -c scanreq -n '__fish_seen_subcommand_from %s'", c->name);
	fish_argument(c->arguments);
	putchar('\n');
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
	if (argc == 3 && strcmp(argv[1], "--list") == 0 && completion_list(argv[2]))
		return 0;
	return usage_error("completion takes one shell: bash, zsh or fish");
}
