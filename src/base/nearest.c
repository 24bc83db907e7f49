/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/nearest.h"

/* Shorter names allow one edit, longer ones two. */
#define TWO_EDITS_FROM 6

/* Names shorter than this allow none. */
#define SHORTEST 3

/* Lower case without "-" and "_". Returns false if the name is too long. */
static bool nearest_fold(const char *name, char folded[NEAREST_NAME_MAX + 1])
{
	size_t n = 0;

	if (strlen(name) > NEAREST_NAME_MAX)
		return false;
	for (; *name; name++)
		if (*name != '-' && *name != '_')
			folded[n++] = (char)tolower((unsigned char)*name);
	folded[n] = '\0';
	return true;
}

bool nearest_same(const char *a, const char *b)
{
	return nearest_distance(a, b) == 0;
}

static size_t nearest_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
	/* The current row of the matrix and the two before it. */
	size_t rows[3][NEAREST_NAME_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	char x[NEAREST_NAME_MAX + 1], y[NEAREST_NAME_MAX + 1];
	size_t length;

	if (!nearest_fold(a, x) || !nearest_fold(b, y))
		return SIZE_MAX;
	length = strlen(y);
	for (size_t j = 0; j <= length; j++)
		last[j] = j;
	for (size_t i = 1; x[i - 1]; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			row[j] = nearest_least(nearest_least(last[j], row[j - 1]) + 1,
					       last[j - 1] + (x[i - 1] != y[j - 1]));
			if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
				row[j] = nearest_least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[length];
}

struct nearest nearest_to(const char *name)
{
	size_t length = strlen(name);
	size_t most = length < SHORTEST ? 0 : length < TWO_EDITS_FROM ? 1 : 2;

	return (struct nearest){ .name = name, .distance = most + 1 };
}

static size_t nearest_common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

void nearest_offer(struct nearest *search, const char *candidate)
{
	size_t distance = nearest_distance(search->name, candidate);

	if (distance > search->distance || (distance == search->distance && !search->best))
		return;
	/* "RepoNam" is equally far from repo_name and RepoName. */
	if (distance == search->distance && nearest_common(search->name, candidate) <=
						    nearest_common(search->name, search->best))
		return;
	search->best = candidate;
	search->distance = distance;
}
