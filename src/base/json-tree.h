/* SPDX-License-Identifier: MIT */
/*
 * The values of a JSON text, as json-c keeps them. json-c's own reader does not say when an
 * allocation fails: a member, an element or a part of a string is then missing without a
 * word (0.16), or the process ends. Its values, one by one, do say it.
 */
#ifndef BASE_JSON_TREE_H
#define BASE_JSON_TREE_H

#include <stddef.h>
#include <json-c/json.h>

#include "base/cleanup.h"

enum json_tree_failure {
	JSON_TREE_WHOLE,
	JSON_TREE_NOMEM,
	JSON_TREE_MEMBER_TWICE,
};

/*
 * Builds the value of a text that json_census() has accepted. *value is the caller's, all
 * of it or, after a failure, NULL; so is JSON's null.
 */
enum json_tree_failure json_tree(const char *text, size_t len, struct json_object **value);

/* Gives back a value and wipes the strings in it. */
void json_release(struct json_object **value);
#define CLEANUP_JSON CLEANUP(json_release)

#endif
