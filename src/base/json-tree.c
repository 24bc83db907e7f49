/* SPDX-License-Identifier: MIT */
/*
 * json_census() has accepted the text, so this file checks neither its end nor its syntax nor
 * its depth.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json-tree.h"

#define REPLACEMENT 0xfffd

struct tree {
	const char *at;
	struct buf string; /* the string read last; it may be a secret */
	enum json_tree_failure failure;
};

static struct json_object *tree_value(struct tree *t);

/* Returns a value of json-c; NULL means out of memory. */
static struct json_object *tree_made(struct tree *t, struct json_object *value)
{
	if (!value)
		t->failure = JSON_TREE_NOMEM;
	return value;
}

static void tree_space(struct tree *t)
{
	t->at += strspn(t->at, " \t\n\r");
}

/* Skips white space, and `c` if it follows. */
static bool tree_skip(struct tree *t, char c)
{
	tree_space(t);
	if (*t->at != c)
		return false;
	t->at++;
	return true;
}

/* --- strings ----------------------------------------------------------------------- */

static unsigned int tree_hex(struct tree *t)
{
	char digits[5] = { 0 };

	memcpy(digits, t->at, 4);
	t->at += 4;
	return (unsigned int)strtoul(digits, NULL, 16);
}

static void tree_add_utf8(struct buf *out, unsigned int c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_putc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_putc(out, (char)(0xe0 | c >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | c >> 18));
			buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

/* Reads after "\u". A lone surrogate becomes U+FFFD. */
static void tree_add_unicode(struct tree *t)
{
	unsigned int c = tree_hex(t);

	if (c >= 0xd800 && c < 0xdc00 && t->at[0] == '\\' && t->at[1] == 'u') {
		const char *before = t->at;
		unsigned int low;

		t->at += 2;
		low = tree_hex(t);
		if (low >= 0xdc00 && low < 0xe000)
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		else
			t->at = before;
	}
	tree_add_utf8(&t->string, c >= 0xd800 && c < 0xe000 ? REPLACEMENT : c);
}

static void tree_add_escape(struct tree *t)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	char c = t->at[1];

	t->at += 2;
	if (c == 'u')
		tree_add_unicode(t);
	else
		buf_putc(&t->string, bytes[strchr(names, c) - names]);
}

/* Reads a string into t->string. */
static bool tree_read_string(struct tree *t)
{
	buf_clear(&t->string);
	buf_puts(&t->string, "");
	t->at++;
	while (*t->at != '"') {
		size_t plain = strcspn(t->at, "\"\\");

		buf_add(&t->string, t->at, plain);
		t->at += plain;
		if (*t->at == '\\')
			tree_add_escape(t);
	}
	t->at++;
	if (t->string.failed)
		t->failure = JSON_TREE_NOMEM;
	return !t->string.failed;
}

static struct json_object *tree_string(struct tree *t)
{
	if (!tree_read_string(t))
		return NULL;
	return tree_made(t, json_object_new_string_len(buf_str(&t->string),
						       (int)t->string.len));
}

/* --- the other scalars ------------------------------------------------------------- */

/* An integer that is too large becomes the largest one, like in json-c's parser. */
static struct json_object *tree_number(struct tree *t)
{
	const char *start = t->at;
	int64_t n;

	t->at += strspn(t->at, "+-.0123456789eE");
	for (const char *p = start; p < t->at; p++)
		if (strchr(".eE", *p))
			return tree_made(t, json_object_new_double(strtod(start, NULL)));
	errno = 0;
	n = strtoll(start, NULL, 10);
	if (errno != ERANGE || n < 0)
		return tree_made(t, json_object_new_int64(n));
	return tree_made(t, json_object_new_uint64(strtoull(start, NULL, 10)));
}

static struct json_object *tree_word(struct tree *t)
{
	char first = *t->at;

	t->at += first == 'f' ? 5 : 4;
	return first == 'n' ? NULL : tree_made(t, json_object_new_boolean(first == 't'));
}

/* --- containers -------------------------------------------------------------------- */

static void tree_add_member(struct tree *t, struct json_object *object)
{
	struct json_object *value CLEANUP_JSON = NULL;
	char *name CLEANUP_FREE = NULL;

	tree_space(t);
	if (!tree_read_string(t))
		return;
	if (json_object_object_get_ex(object, buf_str(&t->string), NULL)) {
		t->failure = JSON_TREE_MEMBER_TWICE;
		return;
	}
	name = strdup(buf_str(&t->string));
	if (!name) {
		t->failure = JSON_TREE_NOMEM;
		return;
	}
	tree_skip(t, ':');
	value = tree_value(t);
	if (t->failure)
		return;
	if (json_object_object_add(object, name, value))
		t->failure = JSON_TREE_NOMEM;
	else
		value = NULL;
}

static struct json_object *tree_object(struct tree *t)
{
	struct json_object *object CLEANUP_JSON = tree_made(t, json_object_new_object());

	t->at++;
	if (tree_skip(t, '}'))
		return TAKE(object);
	while (!t->failure) {
		tree_add_member(t, object);
		if (!t->failure && !tree_skip(t, ',')) {
			tree_skip(t, '}');
			return TAKE(object);
		}
	}
	return NULL;
}

static void tree_add_element(struct tree *t, struct json_object *array)
{
	struct json_object *value CLEANUP_JSON = tree_value(t);

	if (t->failure)
		return;
	if (json_object_array_add(array, value))
		t->failure = JSON_TREE_NOMEM;
	else
		value = NULL;
}

static struct json_object *tree_array(struct tree *t)
{
	struct json_object *array CLEANUP_JSON = tree_made(t, json_object_new_array());

	t->at++;
	if (tree_skip(t, ']'))
		return TAKE(array);
	while (!t->failure) {
		tree_add_element(t, array);
		if (!t->failure && !tree_skip(t, ',')) {
			tree_skip(t, ']');
			return TAKE(array);
		}
	}
	return NULL;
}

/* --- values ------------------------------------------------------------------------ */

/* Returns NULL for JSON's null, too. */
static struct json_object *tree_value(struct tree *t)
{
	tree_space(t);
	switch (*t->at) {
	case '{':
		return tree_object(t);
	case '[':
		return tree_array(t);
	case '"':
		return tree_string(t);
	case 't':
	case 'f':
	case 'n':
		return tree_word(t);
	default:
		return tree_number(t);
	}
}

/* A number at the end of the text needs a NUL after it. */
static struct json_object *tree_lone_number(struct tree *t, size_t len)
{
	char *copy CLEANUP_FREE = strndup(t->at, len);
	struct json_object *number = NULL;

	if (copy) {
		t->at = copy;
		number = tree_number(t);
	} else {
		t->failure = JSON_TREE_NOMEM;
	}
	return number;
}

enum json_tree_failure json_tree(const char *text, size_t len, struct json_object **value)
{
	struct tree t = { .at = text, .string = BUF_SECRET_INIT(len) };

	tree_space(&t);
	if (strchr("-0123456789", *t.at))
		*value = tree_lone_number(&t, len - (size_t)(t.at - text));
	else
		*value = tree_value(&t);
	buf_free(&t.string);
	return t.failure;
}

/* --- freeing ----------------------------------------------------------------------- */

static void wipe_strings(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_object: {
		json_object_object_foreach(value, name, child) {
			(void)name;
			wipe_strings(child);
		}
		break;
	}
	case json_type_array:
		for (size_t i = 0; i < json_object_array_length(value); i++)
			wipe_strings(json_object_array_get_idx(value, i));
		break;
	case json_type_string:
		/* json-c gives the bytes as const only. */
		explicit_bzero((void *)(uintptr_t)json_object_get_string(value),
			       (size_t)json_object_get_string_len(value));
		break;
	default:
		break;
	}
}

void json_release(struct json_object **value)
{
	if (!*value)
		return;
	wipe_strings(*value);
	json_object_put(*value);
	*value = NULL;
}
