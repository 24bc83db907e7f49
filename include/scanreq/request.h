/* SPDX-License-Identifier: MIT */
/*
 * A scan request: the twelve parameters of CreateJenkinsImageScanTask (Security Center,
 * version 2018-12-03), each with how its value was learnt.
 */
#ifndef SCANREQ_REQUEST_H
#define SCANREQ_REQUEST_H

#include <scanreq/error.h>
#include <scanreq/image.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_request;

/* The parameters, in the order of the service's own page. Since: 0.1.0. */
enum scanreq_param {
	SCANREQ_PARAM_TOKEN = 0, /* secret */
	SCANREQ_PARAM_NAMESPACE = 1,
	SCANREQ_PARAM_REPO_NAME = 2,
	SCANREQ_PARAM_TAG = 3,
	SCANREQ_PARAM_DIGEST = 4,       /* hex digits alone */
	SCANREQ_PARAM_IMAGE_ID = 5,     /* hex digits alone */
	SCANREQ_PARAM_IMAGE_SIZE = 6,   /* bytes */
	SCANREQ_PARAM_IMAGE_CREATE = 7, /* milliseconds since the epoch */
	SCANREQ_PARAM_IMAGE_UPDATE = 8, /* milliseconds since the epoch */
	SCANREQ_PARAM_UUID = 9,
	SCANREQ_PARAM_SOURCE_IP = 10,
	SCANREQ_PARAM_JENKINS_ENV = 11,
	SCANREQ_PARAM_COUNT_
};

/* How a value was learnt. Since: 0.1.0. */
enum scanreq_how {
	SCANREQ_HOW_ABSENT = 0,   /* it is left out */
	SCANREQ_HOW_VERIFIED = 1, /* read from bytes whose digest was checked */
	SCANREQ_HOW_COMPUTED = 2, /* worked out from bytes that were read */
	SCANREQ_HOW_REPORTED = 3, /* named by a server or an engine */
	SCANREQ_HOW_GIVEN = 4,    /* by the caller */
};

/*
 * Makes a request with no parameter. The caller frees it. NULL when out of memory.
 * Since: 0.1.0.
 */
SCANREQ_API struct scanreq_request *scanreq_request_new(void);

/* Frees a request and wipes the token in it. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_request_free(struct scanreq_request *request);

/*
 * Sets a parameter to a copy of `value`, exactly as given (an empty value is sent), save
 * that "sha256:" before 64 hex digits is cut from the two digests. NULL takes a value
 * that was given before back. What was given wins over what an image says.
 * IMAGE_UPDATE is a number, a time of RFC 3339, or a word for a time that filling looks up:
 * "now" (the clock here), "mtime" (the modification of the saved image's file), "created" (as
 * ImageCreate) or "last-modified" (of the manifest, as the registry says).
 * Errors: SCANREQ_E_USAGE when a number is no decimal int64, a time is none, or the value is
 * no UTF-8, SCANREQ_E_NOMEM. A value that only looks odd is set, and adds a warning.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_request_set(struct scanreq_request *request, enum scanreq_param param,
				    const char *value, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Fills every parameter that was not given from `image`, or notes why it is left out.
 * `image` may be NULL: there is none, and what was not given is left out. The image is not
 * kept. Errors: SCANREQ_E_USAGE and SCANREQ_E_UNREADABLE when the image has not the time that
 * a word asks for, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_request_fill(struct scanreq_request *request,
				     const struct scanreq_image *image, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* The parameter's name on the wire, static: "ImageId". Since: 0.1.0. */
SCANREQ_API const char *scanreq_param_name(enum scanreq_param param);

/* The name of a way to learn a value, static: "verified". Since: 0.1.0. */
SCANREQ_API const char *scanreq_how_name(enum scanreq_how how);

/*
 * The parameter's value, borrowed, or NULL where it is left out. The token is given in
 * clear: do not print it. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_request_value(const struct scanreq_request *request,
					      enum scanreq_param param);

/* How the value was learnt. Since: 0.1.0. */
SCANREQ_API enum scanreq_how scanreq_request_how(const struct scanreq_request *request,
						 enum scanreq_param param);

/*
 * One borrowed line about the parameter: where its value is from, or why it is left out;
 * NULL when it was neither set nor filled. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_request_note(const struct scanreq_request *request,
					     enum scanreq_param param);

/* Warning `i` about the values, borrowed, or NULL past the end. Since: 0.1.0. */
SCANREQ_API const char *scanreq_request_warning(const struct scanreq_request *request, size_t i);

#ifdef __cplusplus
}
#endif

#endif
