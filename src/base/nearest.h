/* SPDX-License-Identifier: MIT */
/* The name that was meant, among those that there are, by edit distance. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/* Longer names are compared with none: nobody has misspelt one of ours like that. */
#define NEAREST_NAME_MAX 63

/*
 * Whether two names differ by nothing but case, "-" and "_": a parameter's name on the wire
 * (RepoName) is spelt like its option (repo-name) by this.
 */
bool nearest_same(const char *a, const char *b);

/*
 * The number of characters to insert, delete, replace or swap with their neighbour that
 * make one name of the other; case, "-" and "_" do not count. SIZE_MAX for long names.
 */
size_t nearest_distance(const char *a, const char *b);

/*
 * A search: every candidate is offered. Of equally near ones that with the longest common
 * beginning wins, and then the first.
 */
struct nearest {
	const char *name;  /* what was said */
	const char *best;  /* borrowed; NULL: nothing is near enough to be a guess */
	size_t distance;   /* of `best` */
};

/* Begins with `best` NULL. One edit is near for a short name, two for a longer one. */
struct nearest nearest_to(const char *name);

void nearest_offer(struct nearest *search, const char *candidate);

#endif
