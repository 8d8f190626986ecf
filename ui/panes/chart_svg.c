/* chart_svg: see chart_svg.h. Text is escaped for XML here and nowhere else. */
#include "ui/panes/chart_svg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

enum { ROW_HEIGHT = 24, LABEL_WIDTH = 220, BAR_WIDTH = 480, PAGE_WIDTH = 860, HEAD = 40 };

static void append_escaped(struct text *out, const char *string)
{
    struct text clean = {0};
    text_clean_string(&clean, string, TEXT_CLEAN_LINE);
    for (size_t i = 0; i < clean.length; i++) {
        switch (clean.bytes[i]) {
        case '&':
            text_append_string(out, "&amp;");
            break;
        case '<':
            text_append_string(out, "&lt;");
            break;
        case '>':
            text_append_string(out, "&gt;");
            break;
        default:
            text_append_character(out, clean.bytes[i]);
        }
    }
    text_free(&clean);
}

static void append_text(struct text *out, int x, int y, const char *anchor, const char *string)
{
    text_format(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, anchor);
    append_escaped(out, string);
    text_append_string(out, "</text>\n");
}

static double largest_size(const struct chart_bar *bars, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        largest = bars[i].size > largest ? bars[i].size : largest;
    }
    return largest;
}

static void append_bar(struct text *out, const struct chart_bar *bar, size_t index, double largest)
{
    int top = HEAD + (int)index * ROW_HEIGHT;
    int width = largest > 0 && bar->size > 0 ? (int)(bar->size / largest * BAR_WIDTH + 0.5) : 0;
    append_text(out, LABEL_WIDTH - 8, top + 16, "end", bar->label);
    text_format(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#4477aa\"/>\n",
                LABEL_WIDTH, top + 3, width, ROW_HEIGHT - 6);
    append_text(out, LABEL_WIDTH + width + 8, top + 16, "start",
                bar->number == NULL ? "" : bar->number);
}

bool chart_svg_write(const char *path, const char *title, const struct chart_bar *bars,
                     size_t count, struct error *error)
{
    struct text out = {0};
    text_format(&out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                "font-family=\"sans-serif\" font-size=\"13\">\n",
                PAGE_WIDTH, HEAD + (int)count * ROW_HEIGHT + 16);
    append_text(&out, 8, 24, "start", title);
    double largest = largest_size(bars, count);
    for (size_t i = 0; i < count; i++) {
        append_bar(&out, &bars[i], i, largest);
    }
    text_append_string(&out, "</svg>\n");
    FILE *file = fopen(path, "wx");
    bool done = file != NULL && fwrite(out.bytes, 1, out.length, file) == out.length;
    if (file != NULL && fclose(file) != 0) {
        done = false;
    }
    if (!done) {
        error_set(error, ERROR_USAGE, "The chart could not be written to %s: %s.", path,
                  strerror(errno));
        error_set_hint(error, "Give another name; an existing file is not overwritten.");
    }
    text_free(&out);
    return done;
}
