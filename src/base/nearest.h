/* SPDX-License-Identifier: MIT */
/* Finds the known name that a misspelt one most likely means, by edit distance. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/* Longer names match nothing. */
#define NEAREST_NAME_MAX 63

/*
 * Returns whether two names differ in nothing but case, "-" and "_": the parameter RepoName
 * and the option repo-name are the same.
 */
bool nearest_same(const char *a, const char *b);

/*
 * Returns how many characters must be inserted, deleted, replaced or swapped with their
 * neighbour to turn one name into the other, ignoring case, "-" and "_". SIZE_MAX if a name
 * is too long.
 */
size_t nearest_distance(const char *a, const char *b);

/*
 * A search over the candidates passed to nearest_offer(). Among equally near ones the longest
 * common prefix wins, then the first one.
 */
struct nearest {
	const char *name;  /* the misspelt name */
	const char *best;  /* borrowed; NULL: no candidate is near enough */
	size_t distance;   /* of `best` */
};

/* Begins a search. One edit is near enough for a short name, two for a longer one. */
struct nearest nearest_to(const char *name);

void nearest_offer(struct nearest *search, const char *candidate);

#endif
