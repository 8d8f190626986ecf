/*
 * chart_svg: a bar chart as an SVG file, readable without colour. UI thread.
 */
#ifndef DOSSIER_UI_PANES_CHART_SVG_H
#define DOSSIER_UI_PANES_CHART_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

struct chart_bar {
    char *label;
    char *number; /* as written at the bar's end; may be NULL */
    double size;
};

/* Writes a new file; an existing one is not overwritten. ERROR_USAGE names the path and the reason.
 */
bool chart_svg_write(const char *path, const char *title, const struct chart_bar *bars,
                     size_t count, struct error *error);

#endif
