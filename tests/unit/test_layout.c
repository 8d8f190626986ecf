/* Where the panes stand: every size, nothing outside the screen, nothing over something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/layout.h"

static struct layout compute(int rows, int columns, enum layout_focus focus, bool zoomed)
{
    struct layout_request request = {rows, columns, LAYOUT_AUTO, focus, zoomed, 0};
    struct layout layout;
    layout_compute(&request, &layout);
    return layout;
}

static void small_terminals_are_refused(void **state)
{
    (void)state;
    assert_true(compute(8, 32, LAYOUT_FOCUS_LIST, false).too_small);
    assert_true(compute(9, 40, LAYOUT_FOCUS_LIST, false).too_small);
    assert_true(compute(10, 39, LAYOUT_FOCUS_LIST, false).too_small);
    assert_false(compute(10, 40, LAYOUT_FOCUS_LIST, false).too_small);
}

static void eighty_columns_stack_list_over_detail(void **state)
{
    (void)state;
    struct layout layout = compute(24, 80, LAYOUT_FOCUS_LIST, false);
    assert_int_equal(layout.objects.rows, 0);
    assert_int_equal(layout.list.column, 1);
    assert_int_equal(layout.list.columns, 78);
    assert_int_equal(layout.rule_row, layout.list.row + layout.list.rows);
    assert_int_equal(layout.detail.row, layout.rule_row + 1);
    assert_int_equal(layout.detail.row + layout.detail.rows, 22); /* the frame's last line */
}

static void objects_have_a_screen_of_their_own_at_eighty(void **state)
{
    (void)state;
    struct layout layout = compute(24, 80, LAYOUT_FOCUS_OBJECTS, false);
    assert_int_equal(layout.objects.columns, 78);
    assert_int_equal(layout.list.rows, 0);
    assert_int_equal(layout.detail.rows, 0);
}

static void objects_stand_at_the_left_from_120_columns(void **state)
{
    (void)state;
    assert_int_equal(compute(40, 119, LAYOUT_FOCUS_LIST, false).objects.rows, 0);
    struct layout layout = compute(40, 120, LAYOUT_FOCUS_LIST, false);
    assert_true(layout.objects.rows > 0);
    assert_int_equal(layout.side.columns, layout.content.column);
    assert_int_equal(layout.content.column + layout.content.columns, 120);
}

static void zoom_gives_one_pane_everything(void **state)
{
    (void)state;
    struct layout list = compute(40, 120, LAYOUT_FOCUS_LIST, true);
    assert_int_equal(list.list.columns, 118);
    assert_int_equal(list.detail.rows, 0);
    struct layout detail = compute(40, 120, LAYOUT_FOCUS_DETAIL, true);
    assert_int_equal(detail.list.rows, 0);
    assert_int_equal(detail.detail.rows, 36);
}

static void low_screens_show_the_pane_in_focus(void **state)
{
    (void)state;
    struct layout list = compute(10, 40, LAYOUT_FOCUS_LIST, false);
    assert_int_equal(list.list.rows, 6);
    assert_int_equal(list.detail.rows, 0);
    struct layout detail = compute(10, 40, LAYOUT_FOCUS_DETAIL, false);
    assert_int_equal(detail.detail.rows, 6);
    assert_int_equal(detail.list.rows, 0);
}

static void assert_inside(const struct rectangle *pane, int rows, int columns)
{
    if (pane->rows > 0) {
        assert_true(pane->row >= 2 && pane->column >= 1);
        assert_true(pane->row + pane->rows <= rows - 2);
        assert_true(pane->column + pane->columns <= columns - 1);
        assert_true(pane->columns > 0);
    }
}

static void every_size_keeps_within_the_screen(void **state)
{
    (void)state;
    for (int rows = 10; rows < 80; rows++) {
        for (int columns = 40; columns < 260; columns += 7) {
            for (int focus = 0; focus < 6; focus++) {
                struct layout layout =
                    compute(rows, columns, (enum layout_focus)(focus % 3), focus >= 3);
                assert_inside(&layout.objects, rows, columns);
                assert_inside(&layout.list, rows, columns);
                assert_inside(&layout.detail, rows, columns);
                assert_true(layout.objects.rows + layout.list.rows + layout.detail.rows > 0);
            }
        }
    }
}

static void popups_stay_on_the_screen(void **state)
{
    (void)state;
    struct rectangle box = layout_popup(24, 80, 30, 100, -1, -1);
    assert_int_equal(box.row, 1);
    assert_int_equal(box.rows, 22);
    assert_int_equal(box.columns, 80);
    box = layout_popup(24, 80, 8, 20, 22, 75);
    assert_int_equal(box.row + box.rows, 23);
    assert_int_equal(box.column + box.columns, 80);
    box = layout_popup(24, 80, 4, 10, 5, 6);
    assert_int_equal(box.row, 5);
    assert_int_equal(box.column, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_terminals_are_refused),
        cmocka_unit_test(eighty_columns_stack_list_over_detail),
        cmocka_unit_test(objects_have_a_screen_of_their_own_at_eighty),
        cmocka_unit_test(objects_stand_at_the_left_from_120_columns),
        cmocka_unit_test(zoom_gives_one_pane_everything),
        cmocka_unit_test(low_screens_show_the_pane_in_focus),
        cmocka_unit_test(every_size_keeps_within_the_screen),
        cmocka_unit_test(popups_stay_on_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
