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

/* The parameters, in the order of the service's own page. */
enum scanreq_param {
	SCANREQ_PARAM_TOKEN, /* secret */
	SCANREQ_PARAM_NAMESPACE,
	SCANREQ_PARAM_REPO_NAME,
	SCANREQ_PARAM_TAG,
	SCANREQ_PARAM_DIGEST,       /* hex digits alone */
	SCANREQ_PARAM_IMAGE_ID,     /* hex digits alone */
	SCANREQ_PARAM_IMAGE_SIZE,   /* bytes */
	SCANREQ_PARAM_IMAGE_CREATE, /* milliseconds since the epoch */
	SCANREQ_PARAM_IMAGE_UPDATE, /* milliseconds since the epoch */
	SCANREQ_PARAM_UUID,
	SCANREQ_PARAM_SOURCE_IP,
	SCANREQ_PARAM_JENKINS_ENV,
	SCANREQ_PARAM_COUNT
};

/* How a value was learnt. */
enum scanreq_how {
	SCANREQ_HOW_ABSENT,   /* it is left out */
	SCANREQ_HOW_VERIFIED, /* read from bytes whose digest was checked */
	SCANREQ_HOW_COMPUTED, /* worked out from bytes that were read */
	SCANREQ_HOW_REPORTED, /* named by a server or an engine */
	SCANREQ_HOW_GIVEN,    /* by the caller */
};

/* Makes a request with no parameter. The caller frees it. NULL when out of memory. */
SCANREQ_API struct scanreq_request *scanreq_request_new(void);

/* Frees a request and wipes the token in it. NULL is fine. */
SCANREQ_API void scanreq_request_free(struct scanreq_request *request);

/*
 * Sets a parameter to a copy of `value`, exactly as given (an empty value is sent), save
 * that "sha256:" before 64 hex digits is cut from the two digests. NULL takes a value
 * that was given before back. What was given wins over what an image says.
 * Errors: SCANREQ_E_USAGE when a number is no decimal int64 or the value is no UTF-8,
 * SCANREQ_E_NOMEM. A value that only looks odd is set, and adds a warning.
 */
SCANREQ_API int scanreq_request_set(struct scanreq_request *request, enum scanreq_param param,
				    const char *value, struct scanreq_error *err);

/*
 * Fills every parameter that was not given from `image`, or notes why it is left out.
 * `image` may be NULL: there is none, and what was not given is left out. The image is not
 * kept. Errors: SCANREQ_E_NOMEM.
 */
SCANREQ_API int scanreq_request_fill(struct scanreq_request *request,
				     const struct scanreq_image *image, struct scanreq_error *err);

/* The parameter's name on the wire, static: "ImageId". */
SCANREQ_API const char *scanreq_param_name(enum scanreq_param param);

/* The name of a way to learn a value, static: "verified". */
SCANREQ_API const char *scanreq_how_name(enum scanreq_how how);

/*
 * The parameter's value, borrowed, or NULL where it is left out. The token is given in
 * clear: do not print it.
 */
SCANREQ_API const char *scanreq_request_value(const struct scanreq_request *request,
					      enum scanreq_param param);

/* How the value was learnt. */
SCANREQ_API enum scanreq_how scanreq_request_how(const struct scanreq_request *request,
						 enum scanreq_param param);

/*
 * One borrowed line about the parameter: where its value is from, or why it is left out;
 * NULL when it was neither set nor filled.
 */
SCANREQ_API const char *scanreq_request_note(const struct scanreq_request *request,
					     enum scanreq_param param);

/* Warning `i` about the values, borrowed, or NULL past the end. */
SCANREQ_API const char *scanreq_request_warning(const struct scanreq_request *request, size_t i);

#ifdef __cplusplus
}
#endif

#endif
