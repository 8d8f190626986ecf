/* layout: see layout.h. */
#include "ui/layout.h"

#include <string.h>

enum { SIDE_COLUMNS = 26, SIDE_COLUMNS_MOST = 30, DETAIL_ROWS_LEAST = 4, LIST_ROWS_LEAST = 5 };

static struct rectangle inside(struct rectangle frame)
{
    struct rectangle inner = {frame.row + 1, frame.column + 1, frame.rows - 2, frame.columns - 2};
    return inner;
}

/* List over detail in one frame with a rule between; where that is too low, the one in focus. */
static void stack(const struct layout_request *request, struct layout *layout)
{
    struct rectangle inner = inside(layout->content);
    int detail_rows = inner.rows * 2 / 5;
    bool both = !request->zoomed && detail_rows >= DETAIL_ROWS_LEAST &&
                inner.rows - detail_rows - 1 >= LIST_ROWS_LEAST;
    if (!both) {
        *(request->focus == LAYOUT_FOCUS_DETAIL ? &layout->detail : &layout->list) = inner;
        return;
    }
    layout->list = inner;
    layout->list.rows = inner.rows - detail_rows - 1;
    layout->rule_row = inner.row + layout->list.rows;
    layout->detail = inner;
    layout->detail.row = layout->rule_row + 1;
    layout->detail.rows = detail_rows;
}

static bool is_wide(const struct layout_request *request)
{
    return request->kind == LAYOUT_WIDE
               ? request->columns >= LAYOUT_WIDE_COLUMNS / 2 + 20
               : request->kind == LAYOUT_AUTO && request->columns >= LAYOUT_WIDE_COLUMNS;
}

static int within(int value, int least, int most)
{
    return value > most ? (most < least ? least : most) : value < least ? least : value;
}

void layout_compute(const struct layout_request *request, struct layout *layout)
{
    memset(layout, 0, sizeof *layout);
    if (request->rows < LAYOUT_ROWS_LEAST || request->columns < LAYOUT_COLUMNS_LEAST) {
        layout->too_small = true;
        return;
    }
    layout->main = (struct rectangle){1, 0, request->rows - 2, request->columns};
    bool objects_alone = request->focus == LAYOUT_FOCUS_OBJECTS;
    if (is_wide(request) && !request->zoomed) {
        layout->side = layout->main;
        layout->side.columns = within(request->side_columns + 2, SIDE_COLUMNS, SIDE_COLUMNS_MOST);
        layout->objects = inside(layout->side);
        layout->content = layout->main;
        layout->content.column = layout->side.columns;
        layout->content.columns = request->columns - layout->side.columns;
        stack(request, layout);
    } else if (objects_alone) {
        layout->side = layout->main;
        layout->objects = inside(layout->side);
    } else {
        layout->content = layout->main;
        stack(request, layout);
    }
}

struct rectangle layout_popup(int screen_rows, int screen_columns, int rows, int columns,
                              int anchor_row, int anchor_column)
{
    struct rectangle box = {0, 0, within(rows, 1, screen_rows - 2),
                            within(columns, 1, screen_columns)};
    if (anchor_row < 0) {
        box.row = (screen_rows - box.rows) / 2;
        box.column = (screen_columns - box.columns) / 2;
    } else {
        box.row = anchor_row;
        box.column = anchor_column;
    }
    box.row = within(box.row, 1, screen_rows - 1 - box.rows);
    box.column = within(box.column, 0, screen_columns - box.columns);
    return box;
}
