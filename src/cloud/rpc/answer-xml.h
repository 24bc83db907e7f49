/* SPDX-License-Identifier: MIT */
/* The gateway's errors in XML: <Error><Code>...</Code><Message>...</Message>...</Error>. */
#ifndef CLOUD_RPC_ANSWER_XML_H
#define CLOUD_RPC_ANSWER_XML_H

#include "cloud/rpc/answer.h"

/*
 * Reads the code, the message and the request id of such an error, which is a failure
 * that the service declares. Anything but one whole <Error> leaves *answer as it is: a
 * front end's page is no word of the service. 0 or SCANREQ_E_NOMEM.
 */
int answer_read_xml(const struct buf *body, struct answer *answer);

#endif
