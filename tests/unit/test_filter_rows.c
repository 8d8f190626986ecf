/* What the builder's rows must do: the same filter comes out that went in, and every change to the
 * rows is a change to the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "ui/panes/filter_rows.h"

static void load(struct filter_rows *rows, const char *text)
{
    struct query *query = query_new("opportunity");
    struct error error = {0};
    if (!query_parse(query, text, NULL, &error)) {
        fail_msg("%s: %s", text, error.message);
    }
    filter_rows_load(rows, query);
    query_free(query);
}

static void assert_says(const struct filter_rows *rows, const char *expected)
{
    struct query *query = filter_rows_query(rows);
    struct text printed = {0};
    query_print(query, &printed);
    assert_string_equal(text_string(&printed), expected);
    text_free(&printed);
    query_free(query);
}

/* The row of a condition on a field, or of a group by its name ("any of"). */
static size_t row_named(const struct filter_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct filter_row *row = &rows->rows[i];
        const char *own = row->kind == FILTER_ROW_CONDITION ? row->node->path
                          : row->kind == FILTER_ROW_GROUP   ? filter_rows_group_name(row->node)
                                                            : "";
        if (strcmp(own, name) == 0) {
            return i;
        }
    }
    fail_msg("no row %s", name);
    return 0;
}

static struct filter *condition(const char *path, const char *number)
{
    struct filter *made = filter_condition(path, OPERATOR_EQUAL);
    filter_add_operand(made, OPERAND_NUMBER, number);
    return made;
}

static void what_is_not_changed_comes_out_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "a = 1",
        "a = 1 and b = 2",
        "a = 1 or b = 2",
        "not (a = 1)",
        "not (a = 1 or b = 2)",
        "not (a = 1 and b = 2)",
        "not (not (a = 1))",
        "a = 1 and (b = 2 or (c = 3 and not (d = 4 or e = 5)))",
        "stage in ('Prospecting', 'Proposal') and closedate between today and next quarter "
        "order by amount desc, name limit 20",
        "Account.Name starts with 'A''cme' and `odd name` is null order by `odd name` nulls first",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct filter_rows rows = {0};
        struct query *query = query_new("opportunity");
        struct error error = {0};
        assert_true(query_parse(query, texts[i], NULL, &error));
        filter_rows_load(&rows, query);
        struct query *back = filter_rows_query(&rows);
        if (query->filter) {
            assert_true(filter_equal(query->filter, back->filter));
        } else {
            assert_null(back->filter);
        }
        struct text before = {0}, after = {0};
        query_print(query, &before);
        query_print(back, &after);
        assert_string_equal(text_string(&before), text_string(&after));
        text_free(&before);
        text_free(&after);
        query_free(query);
        query_free(back);
        filter_rows_free(&rows);
    }
}

static void rows_stand_as_deep_as_their_groups(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "a = 1 and (b = 2 or c = 3) order by d");
    assert_int_equal(rows.count, 6);
    assert_string_equal(filter_rows_group_name(rows.rows[0].node), "all of");
    assert_int_equal(rows.rows[1].depth, 1);
    assert_string_equal(filter_rows_group_name(rows.rows[2].node), "any of");
    assert_int_equal(rows.rows[3].depth, 2);
    assert_int_equal(rows.rows[5].kind, FILTER_ROW_ORDER);
    filter_rows_free(&rows);
}

static void conditions_are_added_where_the_cursor_is(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "");
    long row = filter_rows_add(&rows, 0, condition("a", "1"));
    assert_int_equal(row, 1);
    filter_rows_add(&rows, rows.count - 1, condition("c", "3"));
    filter_rows_add(&rows, (size_t)row, condition("b", "2"));
    assert_says(&rows, "a = 1 and b = 2 and c = 3");
    filter_rows_free(&rows);
}

static void a_half_filled_row_is_left_out_and_kept(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "a = 1");
    struct filter *half = filter_condition("b", OPERATOR_BETWEEN);
    filter_add_operand(half, OPERAND_NUMBER, "1");
    filter_rows_check(half);
    filter_rows_add(&rows, 1, half);
    assert_says(&rows, "a = 1");
    assert_int_equal(rows.count, 4);
    filter_add_operand(half, OPERAND_NUMBER, "2");
    filter_rows_check(half);
    assert_says(&rows, "a = 1 and b between 1 and 2");
    filter_rows_free(&rows);
}

static void a_group_is_put_round_a_condition(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "a = 1 and b = 2");
    long group = filter_rows_group(&rows, row_named(&rows, "b"));
    assert_says(&rows, "a = 1 and b = 2");
    filter_rows_add(&rows, (size_t)group, condition("c", "3"));
    assert_says(&rows, "a = 1 and (b = 2 or c = 3)");
    filter_rows_free(&rows);
}

static void groups_turn_and_turn_back(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "a = 1 and b = 2");
    assert_int_equal(filter_rows_cycle(&rows, 0), 0);
    assert_says(&rows, "a = 1 or b = 2");
    filter_rows_cycle(&rows, 0);
    assert_says(&rows, "not (a = 1 or b = 2)");
    filter_rows_cycle(&rows, 0);
    assert_says(&rows, "not (a = 1 and b = 2)");
    filter_rows_cycle(&rows, 0);
    assert_says(&rows, "a = 1 and b = 2");
    assert_int_equal(filter_rows_cycle(&rows, 1), NO_ROW);
    filter_rows_free(&rows);
}

static void rows_are_removed_but_not_the_outermost_group(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "a = 1 and (b = 2 or c = 3) order by d, e limit 5");
    filter_rows_remove(&rows, row_named(&rows, "b"));
    assert_says(&rows, "a = 1 and c = 3 order by d, e limit 5");
    filter_rows_remove(&rows, filter_rows_first_order(&rows));
    filter_rows_remove(&rows, rows.count - 1);
    assert_says(&rows, "a = 1 and c = 3 order by e");
    assert_int_equal(filter_rows_remove(&rows, 0), NO_ROW);
    filter_rows_free(&rows);
}

static void rows_move_into_groups_and_out_of_them(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "a = 1 and (b = 2 or c = 3)");
    filter_rows_move(&rows, row_named(&rows, "a"), true);
    assert_says(&rows, "a = 1 or b = 2 or c = 3");
    filter_rows_move(&rows, row_named(&rows, "a"), false);
    assert_says(&rows, "a = 1 and (b = 2 or c = 3)");
    filter_rows_move(&rows, row_named(&rows, "c"), true);
    assert_says(&rows, "a = 1 and b = 2 and c = 3");
    filter_rows_move(&rows, row_named(&rows, "b"), false);
    assert_says(&rows, "a = 1 and b = 2 and c = 3");
    assert_int_equal(rows.count, 5);
    assert_int_equal(filter_rows_move(&rows, row_named(&rows, "c"), true), NO_ROW);
    assert_int_equal(filter_rows_move(&rows, 0, true), NO_ROW);
    filter_rows_free(&rows);
}

static void order_terms_are_added_flipped_and_moved(void **state)
{
    (void)state;
    struct filter_rows rows = {0};
    load(&rows, "");
    long row = filter_rows_add_order(&rows, rows.count - 1, "a", false);
    row = filter_rows_add_order(&rows, (size_t)row, "b", true);
    assert_says(&rows, "order by a, b desc");
    filter_rows_move(&rows, (size_t)row, false);
    assert_says(&rows, "order by b desc, a");
    assert_int_equal(filter_rows_move(&rows, filter_rows_first_order(&rows), false), NO_ROW);
    filter_rows_flip_order(&rows, filter_rows_first_order(&rows));
    assert_says(&rows, "order by b, a");
    filter_rows_add_order(&rows, filter_rows_first_order(&rows), "c", false);
    assert_says(&rows, "order by b, c, a");
    filter_rows_free(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_changed_comes_out_the_same),
        cmocka_unit_test(rows_stand_as_deep_as_their_groups),
        cmocka_unit_test(conditions_are_added_where_the_cursor_is),
        cmocka_unit_test(a_half_filled_row_is_left_out_and_kept),
        cmocka_unit_test(a_group_is_put_round_a_condition),
        cmocka_unit_test(groups_turn_and_turn_back),
        cmocka_unit_test(rows_are_removed_but_not_the_outermost_group),
        cmocka_unit_test(rows_move_into_groups_and_out_of_them),
        cmocka_unit_test(order_terms_are_added_flipped_and_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
