/* wrap: see wrap.h. The lines cover the text in order; only spaces and line ends lie between. */
#include "ui/widgets/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"

static void add_line(struct wrap *wrap, size_t start, size_t length)
{
    wrap->lines = memory_grow(wrap->lines, wrap->count, &wrap->capacity, sizeof *wrap->lines);
    wrap->lines[wrap->count++] = (struct wrap_line){start, length};
}

/* Where a line that begins here ends: at the last space that fits, else at the last grapheme. */
static size_t break_at(const char *bytes, size_t length, size_t columns)
{
    size_t fits = text_fit(bytes, length, columns, NULL);
    if (fits == length || bytes[fits] == ' ') {
        return fits;
    }
    for (size_t at = fits; at > 0; at--) {
        if (bytes[at - 1] == ' ') {
            return at;
        }
    }
    return fits ? fits : text_next_grapheme(bytes, length, 0);
}

static void wrap_paragraph(struct wrap *wrap, const char *bytes, size_t start, size_t length,
                           size_t columns)
{
    if (!length) {
        add_line(wrap, start, 0);
    }
    while (length) {
        size_t taken = break_at(bytes + start, length, columns);
        add_line(wrap, start, taken);
        taken += taken < length && bytes[start + taken] == ' ';
        start += taken;
        length -= taken;
    }
}

void wrap_text(struct wrap *wrap, const char *bytes, size_t length, size_t columns)
{
    wrap->count = 0;
    columns = columns ? columns : 1;
    size_t start = 0;
    while (start <= length) {
        const char *end = start < length ? memchr(bytes + start, '\n', length - start) : NULL;
        size_t stop = end ? (size_t)(end - bytes) : length;
        wrap_paragraph(wrap, bytes, start, stop - start, columns);
        start = stop + 1;
    }
}

void wrap_free(struct wrap *wrap)
{
    free(wrap->lines);
    *wrap = (struct wrap){0};
}
