/* SPDX-License-Identifier: MIT */
/*
 * A strict JSON parser and a deterministic JSON writer.
 *
 * json-scan.h checks the text, since json-c accepts NaN, single quotes, raw control
 * characters, trailing data and repeated names; json-tree.h builds the values, since json-c
 * does not report a failed allocation. The getters check the type of a member and name it in
 * errors. A member that is null counts as absent (OCI image-spec, config.md).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"
#include "base/json-tree.h"

/*
 * Parses one JSON value in UTF-8, with white space around it at most, no deeper than
 * LIMIT_JSON_DEPTH, with at most LIMIT_JSON_VALUES values and without repeated names. `what`
 * names the document in errors: "the manifest". The caller frees *value with json_release().
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int json_parse(const char *text, size_t len, const char *what, struct json_object **value,
	       struct scanreq_error *err);

/*
 * Gets member `name` of `object`; *value is borrowed, and NULL if the member is absent or
 * null. Errors: SCANREQ_E_UNREADABLE if the member has another type than `type`.
 */
int json_member(struct json_object *object, const char *name, enum json_type type,
		struct json_object **value, struct scanreq_error *err);

/* Like json_member() for a string; one that contains a NUL is an error. */
int json_string(struct json_object *object, const char *name, const char **value,
		struct scanreq_error *err);

/*
 * Returns the text of a string or of an integer; NULL for other types and for a string that
 * contains a NUL. An integer is written into `number`, since json-c would allocate for it.
 */
#define JSON_NUMBER_SIZE 24
const char *json_text(struct json_object *value, char number[JSON_NUMBER_SIZE]);

/*
 * Like json_member() for an integer from 0 to INT64_MAX - 1 (json-c saturates at INT64_MAX).
 * *value is unchanged if the member is absent.
 */
int json_size(struct json_object *object, const char *name, int64_t *value,
	      struct scanreq_error *err);

/*
 * Refuses an object with a member whose name differs from one of `names` in case only: Go's
 * parsers take it for that member, json-c does not (compare CVE-2021-41190). Accepts other
 * types than objects, which the getters refuse.
 */
int json_refuse_case_variants(struct json_object *object, const char *const *names, size_t count,
			      struct scanreq_error *err);

/*
 * Like json_member(), but ignores the case of the name, like Go's parsers do. Two members that
 * match are an error, since parsers differ on which one counts.
 */
int json_member_any_case(struct json_object *object, const char *name, enum json_type type,
			 struct json_object **value, struct scanreq_error *err);

/*
 * Writes JSON, indented or on one line, with members in the order of the calls. Strings are
 * UTF-8; invalid bytes become U+FFFD. Characters that control a terminal or the direction of
 * text become \u escapes.
 */
struct json_writer {
	struct buf *out;
	int depth;
	bool compact; /* everything on one line */
	bool first;   /* the next value is the first of its container */
	bool named;   /* the name of the next value is written */
};

void json_write_begin(struct json_writer *w, char open); /* '{' or '[' */
void json_write_end(struct json_writer *w, char close);
void json_write_name(struct json_writer *w, const char *name);
void json_write_string(struct json_writer *w, const char *value); /* NULL writes null */
void json_write_int(struct json_writer *w, int64_t value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);

#endif
