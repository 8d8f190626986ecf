/*
 * canvas: see canvas.h. Everything is drawn on stdscr; curses sends what differs. All text is
 * cleaned here, and every grapheme is put at a column of its own, so that a terminal that
 * disagrees about a width is wrong in one cell and not in the rest of the line.
 */
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include <stdarg.h>
#include <string.h>
#include <wchar.h>

#include "ui/canvas_private.h"

int canvas_rows(const struct canvas *canvas)
{
    return canvas->rows;
}

int canvas_columns(const struct canvas *canvas)
{
    return canvas->columns;
}

unsigned canvas_clean_flags(const struct canvas *canvas)
{
    return canvas->ascii ? TEXT_CLEAN_ASCII : TEXT_CLEAN_LINE;
}

static void use_role(const struct canvas *canvas, enum role role)
{
    attr_t attributes = (attr_t)canvas->theme->curses[role];
    wattr_set(stdscr, attributes & ~(attr_t)A_COLOR, (short)PAIR_NUMBER((int)attributes), NULL);
}

static bool clip(const struct canvas *canvas, int row, int *column, int *columns)
{
    if (row < 0 || row >= canvas->rows || *column >= canvas->columns) {
        return false;
    }
    if (*column < 0) {
        *columns += *column;
        *column = 0;
    }
    if (*column + *columns > canvas->columns) {
        *columns = canvas->columns - *column;
    }
    return *columns > 0;
}

void canvas_fill(struct canvas *canvas, int row, int column, int columns, enum role role)
{
    if (clip(canvas, row, &column, &columns)) {
        /* A line of blanks goes straight into the cells: several times quicker than blank by blank.
         */
        use_role(canvas, role);
        mvwhline(stdscr, canvas->origin_row + row, canvas->origin_column + column, ' ', columns);
    }
}

void canvas_erase(struct canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++) {
        canvas_fill(canvas, row, 0, canvas->columns, ROLE_TEXT);
    }
}

/* The base character and its combining marks; joiners and what they join are left out, because
 * terminals do not agree on how wide a joined cluster is. */
static size_t cluster(const char *bytes, size_t length, wchar_t characters[CCHARW_MAX + 1])
{
    size_t count = 0;
    size_t at = 0;
    while (at < length && count < CCHARW_MAX) {
        uint32_t code_point = 0;
        at += text_decode(bytes, length, at, &code_point);
        bool joiner = code_point == 0x200d || (code_point >= 0xfe00 && code_point <= 0xfe0f);
        if (joiner || (count > 0 && wcwidth((wchar_t)code_point) != 0)) {
            break;
        }
        characters[count++] = (wchar_t)code_point;
    }
    characters[count] = L'\0';
    return count;
}

static void put_grapheme(const struct canvas *canvas, int row, int column, enum role role,
                         const char *bytes, size_t length, int width)
{
    wchar_t characters[CCHARW_MAX + 1];
    cchar_t cell;
    attr_t attributes = (attr_t)canvas->theme->curses[role];
    cluster(bytes, length, characters);
    if (wcwidth(characters[0]) < 0 || wcwidth(characters[0]) > width) {
        characters[0] = L'\ufffd';
        characters[1] = L'\0';
    }
    if (setcchar(&cell, characters, attributes & ~(attr_t)A_COLOR,
                 (short)PAIR_NUMBER((int)attributes), NULL) == OK) {
        mvwadd_wch(stdscr, row, column, &cell);
    }
}

static void put_graphemes(const struct canvas *canvas, int row, int column, enum role role,
                          const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t next = text_next_grapheme(bytes, length, at);
        int width = (int)text_width(bytes + at, next - at);
        if (width > 0) {
            put_grapheme(canvas, row, column, role, bytes + at, next - at, width);
        }
        column += width;
        at = next;
    }
}

static bool is_plain(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] < 0x20 || bytes[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

/* What to show of a text in so many columns. */
struct cut {
    const char *bytes;
    size_t length;
    int width;
    bool shortened;
    bool plain;
};

/* Characters of the program's own on a terminal that has only ASCII. */
static void plain_marks(struct text *out, const char *bytes, size_t length)
{
    static const struct {
        const char *from, *to;
    } rows[] = {{"─", "-"}, {"·", "-"}, {"…", "..."}, {"→", "->"}, {"↑", "^"},
                {"↓", "v"}, {"×", "x"}, {"▸", ">"},   {"✓", "x"},  {"↗", "^"}};
    size_t at = 0;
    while (at < length) {
        size_t taken = 0;
        for (size_t i = 0; i < sizeof rows / sizeof rows[0] && taken == 0; i++) {
            size_t size = strlen(rows[i].from);
            if (length - at >= size && memcmp(bytes + at, rows[i].from, size) == 0) {
                text_append_string(out, rows[i].to);
                taken = size;
            }
        }
        if (taken == 0) {
            text_append(out, bytes + at, 1);
            taken = 1;
        }
        at += taken;
    }
}

static void clean_text(const struct canvas *canvas, struct text *clean, const char *bytes,
                       size_t length)
{
    if (!canvas->ascii) {
        text_clean(clean, bytes, length, canvas_clean_flags(canvas));
        return;
    }
    struct text plain = {0};
    plain_marks(&plain, bytes, length);
    text_clean(clean, text_string(&plain), plain.length, canvas_clean_flags(canvas));
    text_free(&plain);
}

static struct cut cut_text(const struct canvas *canvas, struct text *clean, int columns,
                           const char *bytes, size_t length)
{
    struct cut cut = {bytes, length, (int)length, false, is_plain(bytes, length)};
    if (!cut.plain) {
        clean_text(canvas, clean, bytes, length);
        cut.bytes = text_string(clean);
        cut.length = clean->length;
        cut.plain = is_plain(cut.bytes, cut.length);
        cut.width = (int)text_width(cut.bytes, cut.length);
    }
    if (cut.width > columns) {
        size_t used = 0;
        cut.length = text_fit(cut.bytes, cut.length, (size_t)(columns - 1), &used);
        cut.width = (int)used + 1;
        cut.shortened = true;
    }
    return cut;
}

static int aligned(int column, int columns, int width, enum align align)
{
    return align == ALIGN_RIGHT    ? column + columns - width
           : align == ALIGN_CENTRE ? column + (columns - width) / 2
                                   : column;
}

int canvas_text(struct canvas *canvas, int row, int column, int columns, enum role role,
                enum align align, const char *bytes, size_t length)
{
    if (!clip(canvas, row, &column, &columns)) {
        return 0;
    }
    struct text clean = {0};
    struct cut cut = cut_text(canvas, &clean, columns, bytes, length);
    int start = aligned(column, columns, cut.width, align);
    int screen_row = canvas->origin_row + row;
    canvas_fill(canvas, row, column, columns, role);
    if (cut.plain) {
        mvwaddnstr(stdscr, screen_row, canvas->origin_column + start, cut.bytes, (int)cut.length);
    } else {
        put_graphemes(canvas, screen_row, canvas->origin_column + start, role, cut.bytes,
                      cut.length);
    }
    if (cut.shortened) {
        const char *mark = canvas_mark(canvas, MARK_ELLIPSIS);
        put_graphemes(canvas, screen_row, canvas->origin_column + start + cut.width - 1, role, mark,
                      strlen(mark));
    }
    text_free(&clean);
    return cut.width;
}

int canvas_string(struct canvas *canvas, int row, int column, int columns, enum role role,
                  const char *string)
{
    const char *bytes = string == NULL ? "" : string;
    return canvas_text(canvas, row, column, columns, role, ALIGN_LEFT, bytes, strlen(bytes));
}

int canvas_printf(struct canvas *canvas, int row, int column, int columns, enum role role,
                  const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&text, format, arguments);
    va_end(arguments);
    int used = canvas_text(canvas, row, column, columns, role, ALIGN_LEFT, text_string(&text),
                           text.length);
    text_free(&text);
    return used;
}

void canvas_set_cursor(struct canvas *canvas, int row, int column)
{
    canvas->cursor_row = row;
    canvas->cursor_column = column;
}

/* --- marks, bars, lines --- */

static const char *const marks[MARK_COUNT][2] = {
    [MARK_CURSOR] = {"▸", ">"},    [MARK_CHANGED] = {"*", "*"},   [MARK_NEW] = {"+", "+"},
    [MARK_DELETED] = {"-", "-"},   [MARK_FAILED] = {"!", "!"},    [MARK_MARKED] = {"✓", "x"},
    [MARK_REFERENCE] = {"↗", "^"}, [MARK_UP] = {"↑", "^"},        [MARK_DOWN] = {"↓", "v"},
    [MARK_ARROW] = {"→", "->"},    [MARK_ELLIPSIS] = {"…", "~"},  [MARK_BULLET] = {"·", "-"},
    [MARK_REQUIRED] = {"*", "*"},  [MARK_READ_ONLY] = {"·", "."}, [MARK_LINE] = {"─", "-"},
    [MARK_GONE] = {"×", "X"},
};

const char *canvas_mark(const struct canvas *canvas, enum mark mark)
{
    return marks[mark][canvas->ascii ? 1 : 0];
}

void canvas_bar(struct canvas *canvas, int row, int column, int columns, int eighths,
                enum role role)
{
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    struct text bar = {0};
    for (int i = 0; i < eighths / 8; i++) {
        text_append_string(&bar, canvas->ascii ? "#" : "█");
    }
    if (eighths % 8 != 0) {
        text_append_string(&bar, !canvas->ascii ? parts[eighths % 8] : eighths % 8 > 3 ? "#" : "");
    }
    canvas_text(canvas, row, column, columns, role, ALIGN_LEFT, text_string(&bar), bar.length);
    text_free(&bar);
}

enum line {
    LINE_ACROSS,
    LINE_DOWN,
    LINE_TOP_LEFT,
    LINE_TOP_RIGHT,
    LINE_BOTTOM_LEFT,
    LINE_BOTTOM_RIGHT,
    LINE_JOIN_LEFT,
    LINE_JOIN_RIGHT
};

static const char *const lines[][2] = {
    [LINE_ACROSS] = {"─", "-"},      [LINE_DOWN] = {"│", "|"},
    [LINE_TOP_LEFT] = {"┌", "+"},    [LINE_TOP_RIGHT] = {"┐", "+"},
    [LINE_BOTTOM_LEFT] = {"└", "+"}, [LINE_BOTTOM_RIGHT] = {"┘", "+"},
    [LINE_JOIN_LEFT] = {"├", "+"},   [LINE_JOIN_RIGHT] = {"┤", "+"},
};

static void put_line(const struct canvas *canvas, int row, int column, int count, enum line line,
                     enum role role)
{
    cchar_t cell;
    wchar_t characters[2] = {0};
    uint32_t code_point = 0;
    const char *bytes = lines[line][canvas->ascii ? 1 : 0];
    attr_t attributes = (attr_t)canvas->theme->curses[role];
    text_decode(bytes, strlen(bytes), 0, &code_point);
    characters[0] = (wchar_t)code_point;
    use_role(canvas, role); /* curses mixes the window's attributes into the cell's */
    setcchar(&cell, characters, attributes & ~(attr_t)A_COLOR, (short)PAIR_NUMBER((int)attributes),
             NULL);
    for (int i = 0; i < count; i++) {
        mvwadd_wch(stdscr, row, column + i, &cell);
    }
}

/* "─ title ───── right ─" between two joins. */
static void put_titled_line(const struct canvas *screen, int row, int column, int columns,
                            enum role border, enum role role, const char *title,
                            const char *title_right)
{
    struct canvas inner = *screen;
    inner.origin_row = row;
    inner.origin_column = column;
    inner.rows = 1;
    inner.columns = columns;
    put_line(screen, row, column, columns, LINE_ACROSS, border);
    if (title != NULL && title[0] != '\0' && columns > 4) {
        struct text padded = {0};
        text_format(&padded, " %s ", title);
        struct text clean = {0};
        clean_text(screen, &clean, padded.bytes, padded.length);
        int width = (int)text_width(text_string(&clean), clean.length);
        canvas_string(&inner, 0, 0, width < columns ? width : columns, role, text_string(&padded));
        text_free(&clean);
        text_free(&padded);
    }
    if (title_right != NULL && title_right[0] != '\0') {
        int width = (int)text_width(title_right, strlen(title_right));
        int used = title == NULL ? 0 : (int)text_width(title, strlen(title)) + 4;
        if (width + 3 + used < columns) {
            canvas_printf(&inner, 0, columns - width - 3, width + 2, role, " %s ", title_right);
        }
    }
}

void canvas_rule(struct canvas *canvas, int row, const char *title)
{
    if (row < 0 || row >= canvas->rows) {
        return;
    }
    int screen_row = canvas->origin_row + row;
    enum role border = canvas->focused ? ROLE_BORDER_FOCUS : ROLE_BORDER;
    put_titled_line(canvas, screen_row, canvas->origin_column, canvas->columns, border, ROLE_TITLE,
                    title, NULL);
    if (canvas->framed) {
        put_line(canvas, screen_row, canvas->origin_column - 1, 1, LINE_JOIN_LEFT, border);
        put_line(canvas, screen_row, canvas->origin_column + canvas->columns, 1, LINE_JOIN_RIGHT,
                 border);
    }
}

void canvas_frame(const struct canvas *screen, const struct frame *frame, const char *title,
                  const char *title_right)
{
    enum role border = frame->focused ? ROLE_BORDER_FOCUS : ROLE_BORDER;
    enum role role = frame->focused ? ROLE_TITLE_FOCUS : ROLE_TITLE;
    int right = frame->column + frame->columns - 1;
    int bottom = frame->row + frame->rows - 1;
    put_titled_line(screen, frame->row, frame->column + 1, frame->columns - 2, border, role, title,
                    title_right);
    put_line(screen, frame->row, frame->column, 1, LINE_TOP_LEFT, border);
    put_line(screen, frame->row, right, 1, LINE_TOP_RIGHT, border);
    for (int row = frame->row + 1; row < bottom; row++) {
        put_line(screen, row, frame->column, 1, LINE_DOWN, border);
        put_line(screen, row, right, 1, LINE_DOWN, border);
    }
    put_line(screen, bottom, frame->column, 1, LINE_BOTTOM_LEFT, border);
    put_line(screen, bottom, frame->column + 1, frame->columns - 2, LINE_ACROSS, border);
    put_line(screen, bottom, right, 1, LINE_BOTTOM_RIGHT, border);
}

void canvas_frame_rule(const struct canvas *screen, const struct frame *frame, int row,
                       const char *title, const char *title_right, bool focused)
{
    enum role role = focused ? ROLE_TITLE_FOCUS : ROLE_TITLE;
    put_titled_line(screen, row, frame->column + 1, frame->columns - 2, ROLE_BORDER, role, title,
                    title_right);
    put_line(screen, row, frame->column, 1, LINE_JOIN_LEFT, ROLE_BORDER);
    put_line(screen, row, frame->column + frame->columns - 1, 1, LINE_JOIN_RIGHT, ROLE_BORDER);
}
