/* SPDX-License-Identifier: MIT */
/*
 * The parameters of CreateJenkinsImageScanTask: which there are, where each goes, and
 * how the facts of an image become values. Pure.
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
	enum image_update update; /* of ImageUpdate: where filling finds the time */
};

struct scanreq_request {
	struct scan_param params[SCANREQ_PARAM_COUNT_];
	struct strv warnings;
};

/* Sets what the caller gave; scanreq_request_set(). */
int scan_request_set(struct scanreq_request *request, enum scanreq_param param,
		     const char *value, struct scanreq_error *err);

/*
 * Fills the rest from an image; scanreq_request_fill(). NULL `image`: there is none, and
 * every parameter that was not set gets a note that says so.
 */
int scan_request_fill(struct scanreq_request *request, const struct scanreq_image *image,
		      struct scanreq_error *err);

/*
 * The parameters that are set, for the query or the form, into pairs[SCANREQ_PARAM_COUNT_].
 * Borrowed. Returns how many.
 */
size_t scan_request_pairs(const struct scanreq_request *request, bool query,
			  struct acs3_pair *pairs);

void scan_request_free(struct scanreq_request **request);

#endif
