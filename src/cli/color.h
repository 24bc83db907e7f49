/* SPDX-License-Identifier: MIT */
/*
 * Colours of the words that say how bad something is; everything else is plain. They
 * follow the convention of no-color.org.
 */
#ifndef CLI_COLOR_H
#define CLI_COLOR_H

#include <stdbool.h>
#include <stdio.h>

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

enum color_paint { PAINT_PLAIN, PAINT_GOOD, PAINT_WARNING, PAINT_ERROR };

/* Reads SCANREQ_COLOR; called before the first message. */
void color_inherit(void);

/*
 * Reads "auto", "always" or "never"; false: it is none of them. What it sets holds for the
 * whole process: a complaint about the command line is coloured, too.
 */
bool color_set(const char *value);

/*
 * What begins and ends a text in that paint on standard output or error, static: "" where
 * there are no colours. With COLOR_AUTO there are some on a terminal, unless TERM says
 * that it is "dumb" or NO_COLOR is set and not empty.
 */
const char *color_begin(FILE *stream, enum color_paint paint);
const char *color_end(FILE *stream, enum color_paint paint);

#endif
