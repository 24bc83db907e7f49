/* SPDX-License-Identifier: MIT */
/*
 * Builds json-c values from a JSON text. json-c's own parser does not report a failed
 * allocation: it omits a member, an element or part of a string (0.16), or aborts. Its
 * functions that make single values do report it.
 */
#ifndef BASE_JSON_TREE_H
#define BASE_JSON_TREE_H

#include <stddef.h>
#include <json-c/json.h>

#include "base/cleanup.h"

enum json_tree_failure {
	JSON_TREE_OK,
	JSON_TREE_NOMEM,
	JSON_TREE_MEMBER_TWICE,
};

/*
 * Builds the value of a text that json_census() has accepted. The caller releases *value,
 * which is NULL after a failure and for JSON's null.
 */
enum json_tree_failure json_tree(const char *text, size_t len, struct json_object **value);

/* Frees a value and wipes its strings. */
void json_release(struct json_object **value);
#define CLEANUP_JSON CLEANUP(json_release)

#endif
