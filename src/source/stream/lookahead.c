/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "source/stream/lookahead.h"

int lookahead_fill(struct lookahead *ahead, const struct byte_reader *from,
		   struct scanreq_error *err)
{
	const unsigned char *data;
	size_t len, take;

	do {
		int failed = from->read(from->arg, &data, &len, err);

		if (failed)
			return failed;
		take = len < TAR_BLOCK - ahead->len ? len : TAR_BLOCK - ahead->len;
		if (take > 0)
			memcpy(ahead->head + ahead->len, data, take);
		ahead->len += take;
	} while (len > 0 && ahead->len < TAR_BLOCK);
	ahead->rest = take > 0 ? data + take : NULL;
	ahead->rest_len = len - take;
	ahead->pending = true;
	return 0;
}

bool lookahead_take(struct lookahead *ahead, const unsigned char **data, size_t *len)
{
	if (ahead->pending) {
		ahead->pending = false;
		*data = ahead->head;
		*len = ahead->len;
		return ahead->len > 0;
	}
	*data = ahead->rest;
	*len = ahead->rest_len;
	ahead->rest_len = 0;
	return *len > 0;
}

void lookahead_drop(struct lookahead *ahead)
{
	ahead->pending = false;
	ahead->rest_len = 0;
}
