/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <scanreq/request.h>

#include "base/error.h"
#include "cloud/scan/request.h"

static bool request_valid(enum scanreq_param param)
{
	return (unsigned int)param < SCANREQ_PARAM_COUNT_;
}

struct scanreq_request *scanreq_request_new(void)
{
	return calloc(1, sizeof(struct scanreq_request));
}

void scanreq_request_free(struct scanreq_request *request)
{
	scan_request_free(&request);
}

int scanreq_request_set(struct scanreq_request *request, enum scanreq_param param,
			const char *value, struct scanreq_error *err)
{
	if (!request_valid(param))
		return error_set(err, SCANREQ_CODE_ARGUMENT_INVALID, "there is no parameter %d",
				 (int)param);
	return scan_request_set(request, param, value, err);
}

int scanreq_request_fill(struct scanreq_request *request, const struct scanreq_image *image,
			 struct scanreq_error *err)
{
	return scan_request_fill(request, image, err);
}

const char *scanreq_request_value(const struct scanreq_request *request, enum scanreq_param param)
{
	return request_valid(param) ? request->params[param].value : NULL;
}

enum scanreq_how scanreq_request_how(const struct scanreq_request *request,
				     enum scanreq_param param)
{
	return request_valid(param) ? request->params[param].how : SCANREQ_HOW_ABSENT;
}

const char *scanreq_request_note(const struct scanreq_request *request, enum scanreq_param param)
{
	return request_valid(param) ? request->params[param].note : NULL;
}

const char *scanreq_request_warning(const struct scanreq_request *request, size_t i)
{
	return i < request->warnings.count ? request->warnings.items[i] : NULL;
}
