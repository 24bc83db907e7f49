/* SPDX-License-Identifier: MIT */
/* The gateway's errors in XML: <Error><Code>...</Code><Message>...</Message>...</Error>. */
#ifndef CLOUD_RPC_ANSWER_XML_H
#define CLOUD_RPC_ANSWER_XML_H

#include <stdbool.h>

#include "base/buf.h"

/* What such an error says; NULL: absent. */
struct answer_xml {
	char *code;
	char *message;
	char *request_id;
};

void answer_xml_free(struct answer_xml *error);
#define CLEANUP_ANSWER_XML CLEANUP(answer_xml_free)

/*
 * Reads such an error. *found is false of anything but one whole <Error>: a front end's
 * page is no word of the service. 0 or SCANREQ_E_NOMEM.
 */
int answer_xml_read(const struct buf *body, struct answer_xml *error, bool *found);

#endif
