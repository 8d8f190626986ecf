/*
 * format: a value as a person reads it in a list, a detail pane or an aligned table.
 *
 * Unlike value_print this is for eyes: thousands separators, scale, percent, picklist labels, yes
 * and no. The result is not yet clean: pass it through text_clean. Pure; any thread.
 */
#ifndef DOSSIER_CORE_FORMAT_H
#define DOSSIER_CORE_FORMAT_H

#include "core/schema.h"
#include "core/value.h"

enum format_style {
    FORMAT_PLAIN, /* value_print's spelling: for editing and export */
    FORMAT_LIST,  /* a list cell: 84,000; 2026-12-01; yes */
    FORMAT_DETAIL /* a detail row: 84,000.00; 2026-12-01 14:30; 50 % */
};

/* Appends the value. field may be NULL (kind decides). Null and absent append nothing. Bytes are
 * shown as their size ("12,345 bytes") but in FORMAT_PLAIN, which has their base64. */
void format_value(const struct field *field, const struct value *value, enum format_style style,
                  struct text *out);

/* Do cells of this type stand at the right edge of their column? */
bool format_is_right_aligned(enum field_type type);

/* A count with thousands separators: 1,204; and short: 1k, 2.1k, 3.4M. */
void format_count(int64_t count, struct text *out);
void format_count_short(int64_t count, struct text *out);

#endif
