/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/diagnostics.h"
#include "cli/exit-status.h"
#include "cli/explain.h"

/* An entry is of a code, or of an exit status, whose codes follow it. */
struct explanation {
	const char *name;    /* "region-missing" or "2" */
	const char *summary; /* one line */
	const char *text;    /* lines */
};

static const struct explanation explanations[] = {
#include "cli/explanations.inc"
};

#define COUNT ARRAY_LENGTH(explanations)

/* The entry of all signals. */
#define SIGNALS "128"

static bool is_status(const struct explanation *e)
{
	return e->name[0] >= '0' && e->name[0] <= '9';
}

const char *explain_code(size_t i)
{
	for (size_t e = 0; e < COUNT; e++)
		if (!is_status(&explanations[e]) && i-- == 0)
			return explanations[e].name;
	return NULL;
}

/* The codes from entry `e` on, up to the next exit status. */
static void write_codes(size_t e)
{
	for (; e < COUNT && !is_status(&explanations[e]); e++)
		printf("  %-27s%s\n", explanations[e].name, explanations[e].summary);
}

static void write_status_line(const struct explanation *e)
{
	printf("Exit status %s%s: %s\n", e->name, str_equal(e->name, SIGNALS) ? " and more" : "",
	       e->summary);
}

static void write_all(void)
{
	for (size_t e = 0; e < COUNT; e++)
		if (is_status(&explanations[e])) {
			write_status_line(&explanations[e]);
			write_codes(e + 1);
		}
	printf("\nTry 'scanreq explain CODE' or 'scanreq explain STATUS'.\n");
}

static void write_entry(size_t e)
{
	size_t above = e;

	while (!is_status(&explanations[above]))
		above--;
	if (above == e) {
		write_status_line(&explanations[e]);
		printf("\n%s", explanations[e].text);
		if (e + 1 < COUNT && !is_status(&explanations[e + 1]))
			printf("\nIts codes:\n");
		write_codes(e + 1);
		return;
	}
	printf("%s: %s\n\n%s\nIt ends with exit status %s: %s.\n", explanations[e].name,
	       explanations[e].summary, explanations[e].text, explanations[above].name,
	       explanations[above].summary);
}

static const char *entry_name(const char *asked)
{
	int64_t status;

	if (str_to_int64(asked, &status) && status > EXIT_SIGNAL && status <= 255)
		return SIGNALS;
	return asked;
}

static int explain_one(const char *asked)
{
	const char *name = entry_name(asked);
	struct nearest search = nearest_to(name);

	for (size_t e = 0; e < COUNT; e++) {
		if (strcmp(explanations[e].name, name) == 0) {
			write_entry(e);
			return EXIT_DONE;
		}
		if (!is_status(&explanations[e]))
			nearest_offer(&search, explanations[e].name);
	}
	if (search.best)
		return usage_error("there is no code \"%s\": did you mean %s?", asked, search.best);
	return usage_error("there is no code or exit status \"%s\": 'scanreq explain' lists them",
			   asked);
}

int cmd_explain(const struct command *command, int argc, char **argv)
{
	if (argc == 1) {
		write_all();
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		help_write(command);
		return EXIT_DONE;
	}
	/* What began with "-" may go on with a secret. */
	if (argc > 2 || argv[1][0] == '-')
		return usage_error("explain takes one CODE or exit status: try 'scanreq explain'");
	return explain_one(argv[1]);
}
