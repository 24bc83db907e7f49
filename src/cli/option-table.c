/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cli/option-table.h"

/* By row; ORIGIN_COMMAND_LINE where nothing was recorded. */
static enum option_origin origins[OPTION_ROWS_MAX];

const struct option_row *option_by_name(const struct command *command, const char *name,
					size_t length)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if ((row->commands & command->bit) && strlen(row->name) == length &&
		    memcmp(row->name, name, length) == 0)
			return row;
	return NULL;
}

const struct option_row *option_by_letter(const struct command *command, char letter)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if ((row->commands & command->bit) && row->letter == letter)
			return row;
	return NULL;
}

void option_twin_name(const struct option_row *row, char name[OPTION_NAME_SIZE])
{
	int n = snprintf(name, OPTION_NAME_SIZE, "SCANREQ_%s", row->name);

	for (int i = 0; i < n; i++)
		name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
}

void option_set_origin(const struct option_row *row, enum option_origin origin)
{
	origins[row - option_table] = origin;
}

const char *option_said(const struct option_row *row, char said[OPTION_NAME_SIZE])
{
	enum option_origin origin = origins[row - option_table];

	if (origin == ORIGIN_TWIN)
		option_twin_name(row, said);
	else
		snprintf(said, OPTION_NAME_SIZE, "%s%s", origin == ORIGIN_FALLBACK ? "" : "--",
			 origin == ORIGIN_FALLBACK ? row->fallback : row->name);
	return said;
}

void *option_member(struct settings *settings, const struct option_row *row)
{
	return (char *)settings + row->offset;
}

bool option_is_given(const struct settings *settings, const struct option_row *row)
{
	const char *member = (const char *)settings + row->offset;

	switch (row->store) {
	case STORE_BOOL:
		return *(const bool *)member;
	case STORE_TEXT:
		return *(char *const *)(const void *)member;
	case STORE_LIST:
		return ((const struct strv *)(const void *)member)->count > 0;
	case STORE_NONE:
		break;
	}
	return false;
}
