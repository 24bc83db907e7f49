/* SPDX-License-Identifier: MIT */
/*
 * The parameters of CreateJenkinsImageScanTask: their names, their places in the request, and
 * their values from the facts of an image. Pure.
 */
#ifndef CLOUD_SCAN_REQUEST_H
#define CLOUD_SCAN_REQUEST_H

#include <stdbool.h>
#include <scanreq/request.h>

#include "base/str.h"
#include "cloud/scan/image-update.h"
#include "cloud/rpc/signature.h"
#include "image/image.h"

/* One parameter of one request. */
struct scan_param {
	char *value;          /* NULL: left out */
	char *note;           /* where the value is from, or why it is left out */
	enum scanreq_how how;
	bool set;             /* by scan_request_set(): an image does not replace it */
	enum image_update update; /* of ImageUpdate: the word that filling resolves */
};

struct scanreq_request {
	struct scan_param params[SCANREQ_PARAM_COUNT_];
	struct strv warnings;
};

/* scanreq_request_set(). */
int scan_request_set(struct scanreq_request *request, enum scanreq_param param,
		     const char *value, struct scanreq_error *err);

/*
 * scanreq_request_fill(). `image` may be NULL: then each parameter that is not set gets a
 * note that says so.
 */
int scan_request_fill(struct scanreq_request *request, const struct scanreq_image *image,
		      struct scanreq_error *err);

/*
 * Writes the parameters with values, of the query or of the form, to
 * pairs[SCANREQ_PARAM_COUNT_]; borrowed. Returns their number.
 */
size_t scan_request_pairs(const struct scanreq_request *request, bool query,
			  struct acs3_pair *pairs);

void scan_request_free(struct scanreq_request **request);

#endif
