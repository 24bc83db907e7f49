/* SPDX-License-Identifier: MIT */
/* Proxies come from the environment, where libcurl reads them; their logins are secrets. */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include "base/log.h"

/* Has the passwords in proxies' URLs masked. 0 or SCANREQ_E_NOMEM. */
int proxy_keep_secrets(struct log *log);

#endif
