/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json-scan.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/text.h"

int json_parse(const char *text, size_t len, const char *what, struct json_object **value,
	       struct scanreq_error *err)
{
	struct json_census census;
	const char *wrong = json_census(text, len, &census);

	if (wrong)
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 "%s is not valid JSON: %s at byte %zu", what, wrong,
				 census.at);
	if (len > INT_MAX)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED, "%s is too large", what);
	switch (json_tree(text, len, value)) {
	case JSON_TREE_OK:
		return 0;
	case JSON_TREE_MEMBER_TWICE:
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "%s has a member twice", what);
	case JSON_TREE_NOMEM:
		break;
	}
	return error_nomem(err);
}

int json_member(struct json_object *object, const char *name, enum json_type type,
		struct json_object **value, struct scanreq_error *err)
{
	*value = NULL;
	if (!json_object_is_type(object, json_type_object))
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 "the parent of \"%s\" is no object", name);
	if (!json_object_object_get_ex(object, name, value) || !*value)
		return 0;
	if (json_object_is_type(*value, type))
		return 0;
	*value = NULL;
	return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "\"%s\" is no %s", name,
			 json_type_to_name(type));
}

int json_string(struct json_object *object, const char *name, const char **value,
		struct scanreq_error *err)
{
	struct json_object *member;
	int failed = json_member(object, name, json_type_string, &member, err);

	*value = NULL;
	if (failed || !member)
		return failed;
	if (strlen(json_object_get_string(member)) != (size_t)json_object_get_string_len(member))
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "\"%s\" has a NUL in it",
				 name);
	*value = json_object_get_string(member);
	return 0;
}

const char *json_text(struct json_object *value, char number[JSON_NUMBER_SIZE])
{
	const char *text;

	if (json_object_is_type(value, json_type_int)) {
		int64_t n = json_object_get_int64(value);

		if (n < 0)
			snprintf(number, JSON_NUMBER_SIZE, "%" PRId64, n);
		else
			snprintf(number, JSON_NUMBER_SIZE, "%" PRIu64,
				 json_object_get_uint64(value));
		return number;
	}
	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value); /* allocates nothing for a string */
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

int json_size(struct json_object *object, const char *name, int64_t *value,
	      struct scanreq_error *err)
{
	struct json_object *member;
	int failed = json_member(object, name, json_type_int, &member, err);
	int64_t n;

	if (failed || !member)
		return failed;
	n = json_object_get_int64(member);
	if (n < 0 || n == INT64_MAX)
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "\"%s\" is out of range",
				 name);
	*value = n;
	return 0;
}

/* Folds one character like Go does: U+017F is an "s", U+212A is a "k". */
static char fold(const char **s)
{
	char c = *(*s)++;

	if (str_prefix(*s - 1, "\xc5\xbf", s))
		return 's';
	if (str_prefix(*s - 1, "\xe2\x84\xaa", s))
		return 'k';
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_but_case(const char *a, const char *b)
{
	while (*a && *b)
		if (fold(&a) != fold(&b))
			return false;
	return *a == *b;
}

int json_refuse_case_variants(struct json_object *object, const char *const *names, size_t count,
			      struct scanreq_error *err)
{
	if (!json_object_is_type(object, json_type_object))
		return 0;
	json_object_object_foreach(object, name, child) {
		(void)child;
		for (size_t i = 0; i < count; i++)
			if (same_but_case(name, names[i]) && strcmp(name, names[i]) != 0)
				return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
						 "member \"%s\" differs from \"%s\" in case alone",
						 name, names[i]);
	}
	return 0;
}

int json_member_any_case(struct json_object *object, const char *name, enum json_type type,
			 struct json_object **value, struct scanreq_error *err)
{
	const char *found = NULL;

	*value = NULL;
	if (!json_object_is_type(object, json_type_object))
		return json_member(object, name, type, value, err);
	json_object_object_foreach(object, member, child) {
		(void)child;
		if (!same_but_case(member, name))
			continue;
		if (found)
			return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
					 "members \"%s\" and \"%s\" differ in case alone", found,
					 member);
		found = member;
	}
	return found ? json_member(object, found, type, value, err) : 0;
}
