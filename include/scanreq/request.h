/* SPDX-License-Identifier: MIT */
/*
 * A scan request: the twelve parameters of CreateJenkinsImageScanTask (Security Center,
 * version 2018-12-03), each with the origin of its value.
 */
#ifndef SCANREQ_REQUEST_H
#define SCANREQ_REQUEST_H

#include <scanreq/error.h>
#include <scanreq/image.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_request;

/* The parameters, in the order of the service's documentation. Since: 0.1.0. */
enum scanreq_param {
	SCANREQ_PARAM_TOKEN = 0, /* secret */
	SCANREQ_PARAM_NAMESPACE = 1,
	SCANREQ_PARAM_REPO_NAME = 2,
	SCANREQ_PARAM_TAG = 3,
	SCANREQ_PARAM_DIGEST = 4,       /* hex digits without "sha256:" */
	SCANREQ_PARAM_IMAGE_ID = 5,     /* hex digits without "sha256:" */
	SCANREQ_PARAM_IMAGE_SIZE = 6,   /* bytes */
	SCANREQ_PARAM_IMAGE_CREATE = 7, /* milliseconds since the epoch */
	SCANREQ_PARAM_IMAGE_UPDATE = 8, /* milliseconds since the epoch */
	SCANREQ_PARAM_UUID = 9,
	SCANREQ_PARAM_SOURCE_IP = 10,
	SCANREQ_PARAM_JENKINS_ENV = 11,
	SCANREQ_PARAM_COUNT_
};

/* The origin of a value. Since: 0.1.0. */
enum scanreq_how {
	SCANREQ_HOW_ABSENT = 0,   /* the request leaves the parameter out */
	SCANREQ_HOW_VERIFIED = 1, /* read from bytes whose digest was checked */
	SCANREQ_HOW_COMPUTED = 2, /* computed from bytes that were read */
	SCANREQ_HOW_REPORTED = 3, /* reported by a server or a container engine */
	SCANREQ_HOW_GIVEN = 4,    /* set by the caller */
};

/*
 * Makes a request without parameters. The caller frees it with scanreq_request_free().
 * Returns NULL if out of memory. Since: 0.1.0.
 */
SCANREQ_API struct scanreq_request *scanreq_request_new(void);

/* Frees a request and wipes its token. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_request_free(struct scanreq_request *request);

/*
 * Sets a parameter to a copy of `value`; an empty value is sent as it is. DIGEST and IMAGE_ID
 * lose "sha256:" before 64 hex digits. NULL removes the value that was set. A value that was
 * set has priority over the image's. IMAGE_UPDATE is a number of milliseconds, an RFC 3339
 * time, or a word that scanreq_request_fill() replaces by a time: "now" (this machine's
 * clock), "mtime" (modification of the saved image's file), "created" (the same as
 * IMAGE_CREATE) or "last-modified" (of the manifest, reported by the registry).
 * A value that is unusual but possible is set and adds a warning. Returns 0 on success.
 * Errors: SCANREQ_E_USAGE if a number is no decimal int64, a time is malformed, or the value
 * is not UTF-8; SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_request_set(struct scanreq_request *request, enum scanreq_param param,
				    const char *value, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Fills every parameter that was not set from `image`, or notes why it is left out. With
 * NULL, all parameters that were not set are left out. The request keeps no reference to the
 * image. Returns 0 on success.
 * Errors: SCANREQ_E_USAGE or SCANREQ_E_UNREADABLE if the image lacks the time that the word
 * in IMAGE_UPDATE names, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_request_fill(struct scanreq_request *request,
				     const struct scanreq_image *image, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/* Returns the service's name of a parameter, static: "ImageId". Since: 0.1.0. */
SCANREQ_API const char *scanreq_param_name(enum scanreq_param param);

/* Returns the name of an origin, static: "verified". Since: 0.1.0. */
SCANREQ_API const char *scanreq_how_name(enum scanreq_how how);

/*
 * Returns a parameter's value, borrowed from the request; NULL if it is left out. The token
 * is not redacted: do not print it. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_request_value(const struct scanreq_request *request,
					      enum scanreq_param param);

/* Returns the origin of a parameter's value. Since: 0.1.0. */
SCANREQ_API enum scanreq_how scanreq_request_how(const struct scanreq_request *request,
						 enum scanreq_param param);

/*
 * Returns one line that says where the parameter's value is from or why it is left out,
 * borrowed from the request; NULL if it was neither set nor filled. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_request_note(const struct scanreq_request *request,
					     enum scanreq_param param);

/*
 * Returns warning `i` (from 0) about the values, borrowed from the request; NULL past the
 * last one. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_request_warning(const struct scanreq_request *request, size_t i);

#ifdef __cplusplus
}
#endif

#endif
