/* SPDX-License-Identifier: MIT */
/*
 * Strict JSON in, deterministic JSON out.
 *
 * A scanner accepts exactly RFC 8259 within caps, and json-tree.h builds the values, since
 * json-c's reader accepts NaN, single quotes, raw control characters, trailing data and
 * repeated names, and does not say when there was no memory for a part. The getters check
 * the type before they read; their errors name the member's path. A member that is
 * null counts as absent (OCI image-spec, config.md).
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
 * Parses one JSON value of well-formed UTF-8 with nothing but white space around it, no
 * deeper than LIMIT_JSON_DEPTH and of at most LIMIT_JSON_VALUES values, and without
 * repeated names. `what` names the
 * document in errors: "the manifest". *value is the caller's (json_release()).
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_NOMEM.
 */
int json_parse(const char *text, size_t len, const char *what, struct json_object **value,
	       struct scanreq_error *err);

/*
 * Member `name` of `object` if it is of `type`; *value is borrowed, NULL when absent or
 * null. Errors: SCANREQ_E_UNREADABLE when it is there and of another type.
 */
int json_member(struct json_object *object, const char *name, enum json_type type,
		struct json_object **value, struct scanreq_error *err);

/* The same for a string without an inner NUL; *value is borrowed or NULL. */
int json_string(struct json_object *object, const char *name, const char **value,
		struct scanreq_error *err);

/*
 * The text of a string or of a whole number; NULL for what is neither, and for a string
 * with a NUL in it. A number is written into `number`: json-c would need memory for it.
 */
#define JSON_NUMBER_SIZE 24
const char *json_text(struct json_object *value, char number[JSON_NUMBER_SIZE]);

/*
 * The same as json_string() for an integer from 0 to INT64_MAX - 1 (json-c saturates at
 * INT64_MAX); *value is kept when the member is absent.
 */
int json_size(struct json_object *object, const char *name, int64_t *value,
	      struct scanreq_error *err);

/*
 * Refuses an object that has a member which equals one of `names` in all but case: Go's
 * readers would take it for the member, json-c would not (CVE-2021-41190 and its kin).
 * An `object` that is none is left to the getters.
 */
int json_refuse_case_variants(struct json_object *object, const char *const *names, size_t count,
			      struct scanreq_error *err);

/*
 * As json_member(), but the name matches without case, as it does for Go's readers; two
 * members that match are refused, since readers differ on which of them counts.
 */
int json_member_any_case(struct json_object *object, const char *name, enum json_type type,
			 struct json_object **value, struct scanreq_error *err);

/*
 * A writer of indented (or one-line) JSON. Keys come out in the order of the calls.
 * Strings are taken as UTF-8; bytes that are not become U+FFFD. What would move a
 * terminal's cursor or reading direction is written as \u escapes.
 */
struct json_writer {
	struct buf *out;
	int depth;
	bool compact; /* everything on one line */
	bool first;   /* the next value is its container's first */
	bool named;   /* the name of the next value was written */
};

void json_write_begin(struct json_writer *w, char open); /* '{' or '[' */
void json_write_end(struct json_writer *w, char close);
void json_write_name(struct json_writer *w, const char *name);
void json_write_string(struct json_writer *w, const char *value); /* NULL writes null */
void json_write_int(struct json_writer *w, int64_t value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);

#endif
