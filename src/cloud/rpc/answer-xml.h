/* SPDX-License-Identifier: MIT */
/* The gateway's errors in XML: <Error><Code>...</Code><Message>...</Message>...</Error>. */
#ifndef CLOUD_RPC_ANSWER_XML_H
#define CLOUD_RPC_ANSWER_XML_H

#include <stdbool.h>

#include "base/buf.h"

/* Members of an error; NULL: absent. */
struct answer_xml {
	char *code;
	char *message;
	char *request_id;
};

void answer_xml_free(struct answer_xml *error);
#define CLEANUP_ANSWER_XML CLEANUP(answer_xml_free)

/*
 * Reads an error. *found is false unless the body is one whole <Error>: it may be a page of
 * a front end. 0 or SCANREQ_E_NOMEM.
 */
int answer_xml_read(const struct buf *body, struct answer_xml *error, bool *found);

#endif
