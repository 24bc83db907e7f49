/* SPDX-License-Identifier: MIT */
/* The table of error codes: what class, text form and setting belong to each. */
#ifndef BASE_CODE_H
#define BASE_CODE_H

#include <scanreq/error.h>

/* The class of a code; SCANREQ_E_INTERNAL for an unknown number. */
int code_class(int code);

/* "region-missing", static; NULL for SCANREQ_CODE_NONE and unknown numbers. */
const char *code_name(int code);

/* The setting that the code is always about, static: "region"; "" where it varies. */
const char *code_setting(int code);

#endif
