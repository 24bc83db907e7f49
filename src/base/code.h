/* SPDX-License-Identifier: MIT */
/* The table of error codes: the class, the text form and the setting of each. */
#ifndef BASE_CODE_H
#define BASE_CODE_H

#include <scanreq/error.h>

/* Returns the class of a code; SCANREQ_E_INTERNAL for an unknown number. */
int code_class(int code);

/* Returns "region-missing", static; NULL for SCANREQ_CODE_NONE and unknown numbers. */
const char *code_name(int code);

/* Returns the setting that the code is about, static: "region"; "" if it varies. */
const char *code_setting(int code);

#endif
