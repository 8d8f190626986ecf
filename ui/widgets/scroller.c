/* scroller: see scroller.h. The cursor is always within count and within what is shown. */
#include "ui/widgets/scroller.h"

static void keep_in_sight(struct scroller *scroller)
{
    size_t rows = scroller->rows == 0 ? 1 : scroller->rows;
    if (scroller->cursor >= scroller->count) {
        scroller->cursor = scroller->count == 0 ? 0 : scroller->count - 1;
    }
    if (scroller->cursor < scroller->top) {
        scroller->top = scroller->cursor;
    } else if (scroller->cursor - scroller->top >= rows) {
        scroller->top = scroller->cursor - rows + 1;
    }
    size_t highest = scroller->count > rows ? scroller->count - rows : 0;
    if (scroller->top > highest) {
        scroller->top = highest;
    }
}

void scroller_set(struct scroller *scroller, size_t count, size_t rows)
{
    scroller->count = count;
    scroller->rows = rows;
    keep_in_sight(scroller);
}

bool scroller_go(struct scroller *scroller, size_t row)
{
    size_t cursor = scroller->cursor;
    size_t top = scroller->top;
    scroller->cursor = row;
    scroller->to_end = false;
    keep_in_sight(scroller);
    return cursor != scroller->cursor || top != scroller->top;
}

static size_t destination(const struct scroller *scroller, enum scroller_move move)
{
    size_t cursor = scroller->cursor;
    size_t page = scroller->rows > 1 ? scroller->rows - 1 : 1;
    size_t last = scroller->count == 0 ? 0 : scroller->count - 1;
    switch (move) {
    case SCROLLER_UP:
        return cursor == 0 ? 0 : cursor - 1;
    case SCROLLER_DOWN:
        return cursor < last ? cursor + 1 : last;
    case SCROLLER_PAGE_UP:
        return cursor > page ? cursor - page : 0;
    case SCROLLER_PAGE_DOWN:
        return last - cursor > page ? cursor + page : last;
    case SCROLLER_FIRST:
        return 0;
    case SCROLLER_LAST:
        return last;
    }
    return cursor;
}

bool scroller_move(struct scroller *scroller, enum scroller_move move)
{
    size_t top = scroller->top;
    if (move == SCROLLER_PAGE_DOWN || move == SCROLLER_PAGE_UP) {
        /* A page moves what is shown as well, so that the cursor keeps its place on the screen. */
        size_t page = scroller->rows > 1 ? scroller->rows - 1 : 1;
        if (move == SCROLLER_PAGE_DOWN) {
            scroller->top += page;
        } else {
            scroller->top = scroller->top > page ? scroller->top - page : 0;
        }
    }
    size_t cursor = scroller->cursor;
    scroller->cursor = destination(scroller, move);
    scroller->to_end = move == SCROLLER_LAST;
    keep_in_sight(scroller);
    return cursor != scroller->cursor || top != scroller->top;
}

long scroller_row_at(const struct scroller *scroller, int canvas_row)
{
    if (canvas_row < 0 || (size_t)canvas_row >= scroller->rows) {
        return -1;
    }
    size_t row = scroller->top + (size_t)canvas_row;
    return row < scroller->count ? (long)row : -1;
}
