/* filter_rows: see filter_rows.h. The rows point into the tree and are worked out after each
 * change.
 */
#include "ui/panes/filter_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static bool is_group(const struct filter *node)
{
    return node->kind == FILTER_AND || node->kind == FILTER_OR;
}

/* The "and" or "or" that holds a group's children. */
static struct filter *container(struct filter *group)
{
    return group->kind == FILTER_NOT ? group->children[0] : group;
}

/* --- in and out --- */

static struct filter *wrap(enum filter_kind kind, struct filter *child)
{
    struct filter *group = filter_new(kind);
    if (child) {
        filter_add(group, child);
    }
    return group;
}

/* Gives every "not" a group, all the way down. */
static void expand(struct filter *node)
{
    if (node->kind == FILTER_NOT && !is_group(node->children[0])) {
        filter_insert(node, 0, wrap(FILTER_OR, filter_remove(node, 0)));
    }
    for (size_t i = 0; i < node->child_count; i++) {
        expand(node->children[i]);
    }
}

static struct filter *expanded_root(const struct filter *filter)
{
    if (!filter) {
        return filter_new(FILTER_AND);
    }
    struct filter *root = filter_copy(filter);
    expand(root);
    return root->kind == FILTER_CONDITION ? wrap(FILTER_AND, root) : root;
}

/* A copy without half filled rows, empty groups and groups of one. NULL when nothing is left. */
static struct filter *reduced(const struct filter *node)
{
    if (node->kind == FILTER_CONDITION) {
        return node->disabled ? NULL : filter_copy(node);
    }
    struct filter *group = filter_new(node->kind);
    for (size_t i = 0; i < node->child_count; i++) {
        struct filter *child = reduced(node->children[i]);
        if (child) {
            filter_add(group, child);
        }
    }
    if (group->child_count && (node->kind == FILTER_NOT || group->child_count > 1)) {
        return group;
    }
    struct filter *only = group->child_count ? filter_remove(group, 0) : NULL;
    filter_free(group);
    return only;
}

static void copy_order(struct query *to, const struct query *from)
{
    for (size_t i = 0; i < from->order_count; i++) {
        const struct order_term *term = &from->order[i];
        struct text path = {0};
        query_print_path((const char *const *)term->parts, term->part_count, &path);
        query_add_order(to, text_string(&path), term->descending, term->nulls_first);
        text_free(&path);
    }
}

void filter_rows_load(struct filter_rows *rows, const struct query *query)
{
    filter_rows_free(rows);
    rows->query = query_new(query->object);
    rows->query->limit = query->limit;
    copy_order(rows->query, query);
    rows->root = expanded_root(query->filter);
    filter_rows_refresh(rows);
}

void filter_rows_free(struct filter_rows *rows)
{
    query_free(rows->query);
    if (rows->root) {
        filter_free(rows->root);
    }
    free(rows->rows);
    *rows = (struct filter_rows){0};
}

struct query *filter_rows_query(const struct filter_rows *rows)
{
    struct query *query = query_new(rows->query->object);
    query->filter = reduced(rows->root);
    query->limit = rows->query->limit;
    copy_order(query, rows->query);
    return query;
}

/* --- the rows --- */

static void add_row(struct filter_rows *rows, const struct filter_row *row)
{
    rows->rows = memory_grow(rows->rows, rows->count, &rows->capacity, sizeof *rows->rows);
    rows->rows[rows->count++] = *row;
}

static void add_tree(struct filter_rows *rows, const struct filter_row *row)
{
    long here = (long)rows->count;
    add_row(rows, row);
    if (row->kind == FILTER_ROW_CONDITION) {
        return;
    }
    struct filter *holder = container(row->node);
    for (size_t i = 0; i < holder->child_count; i++) {
        struct filter *child = holder->children[i];
        bool condition = child->kind == FILTER_CONDITION;
        struct filter_row next = {condition ? FILTER_ROW_CONDITION : FILTER_ROW_GROUP,
                                  row->depth + 1,
                                  child,
                                  holder,
                                  i,
                                  here};
        add_tree(rows, &next);
    }
}

void filter_rows_refresh(struct filter_rows *rows)
{
    rows->count = 0;
    struct filter_row root = {FILTER_ROW_GROUP, 0, rows->root, NULL, 0, NO_ROW};
    add_tree(rows, &root);
    size_t terms = rows->query->order_count ? rows->query->order_count : 1;
    for (size_t i = 0; i < terms; i++) {
        add_row(rows, &(struct filter_row){FILTER_ROW_ORDER, 0, NULL, NULL, i, NO_ROW});
    }
    if (rows->query->limit >= 0) {
        add_row(rows, &(struct filter_row){FILTER_ROW_LIMIT, 0, NULL, NULL, 0, NO_ROW});
    }
}

long filter_rows_find(const struct filter_rows *rows, const struct filter *node)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].node == node && node) {
            return (long)i;
        }
    }
    return NO_ROW;
}

size_t filter_rows_first_order(const struct filter_rows *rows)
{
    size_t row = 0;
    while (rows->rows[row].kind != FILTER_ROW_ORDER) {
        row++;
    }
    return row;
}

static long refreshed(struct filter_rows *rows, const struct filter *node)
{
    filter_rows_refresh(rows);
    return filter_rows_find(rows, node);
}

/* --- changing the tree --- */

static void put(struct filter_rows *rows, size_t at, struct filter *node)
{
    const struct filter_row *row = &rows->rows[at];
    if (row->kind == FILTER_ROW_GROUP) {
        filter_add(container(row->node), node);
    } else if (row->kind == FILTER_ROW_CONDITION) {
        filter_insert(row->parent, row->at + 1, node);
    } else {
        filter_add(container(rows->root), node);
    }
}

long filter_rows_add(struct filter_rows *rows, size_t at, struct filter *condition)
{
    put(rows, at, condition);
    return refreshed(rows, condition);
}

/* The other kind than the one around it: a group of the same kind would say nothing. */
static enum filter_kind inner_kind(const struct filter *parent)
{
    return parent->kind == FILTER_OR ? FILTER_AND : FILTER_OR;
}

long filter_rows_group(struct filter_rows *rows, size_t at)
{
    const struct filter_row row = rows->rows[at];
    if (row.kind == FILTER_ROW_CONDITION) {
        struct filter *inside = filter_remove(row.parent, row.at);
        struct filter *group = wrap(inner_kind(row.parent), inside);
        filter_insert(row.parent, row.at, group);
        return refreshed(rows, group);
    }
    struct filter *parent = container(row.kind == FILTER_ROW_GROUP ? row.node : rows->root);
    struct filter *group = filter_new(inner_kind(parent));
    filter_add(parent, group);
    return refreshed(rows, group);
}

void filter_rows_narrow(struct filter_rows *rows)
{
    if (rows->root->kind != FILTER_AND) {
        rows->root = wrap(FILTER_AND, rows->root);
    }
    filter_rows_refresh(rows);
}

static void remove_order(struct query *query, size_t at)
{
    struct query *kept = query_new(query->object);
    copy_order(kept, query);
    query_clear_order(query);
    for (size_t i = 0; i < kept->order_count; i++) {
        const struct order_term *term = &kept->order[i];
        struct text path = {0};
        query_print_path((const char *const *)term->parts, term->part_count, &path);
        if (i != at) {
            query_add_order(query, text_string(&path), term->descending, term->nulls_first);
        }
        text_free(&path);
    }
    query_free(kept);
}

static long row_or_last(const struct filter_rows *rows, size_t at)
{
    return (long)(at < rows->count ? at : rows->count - 1);
}

long filter_rows_remove(struct filter_rows *rows, size_t at)
{
    const struct filter_row row = rows->rows[at];
    if (row.kind == FILTER_ROW_LIMIT) {
        rows->query->limit = -1;
    } else if (row.kind == FILTER_ROW_ORDER && rows->query->order_count) {
        remove_order(rows->query, row.at);
    } else if (row.parent) {
        filter_free(filter_remove(row.parent, row.at));
    } else {
        return NO_ROW;
    }
    filter_rows_refresh(rows);
    return row_or_last(rows, at);
}

/* --- moving --- */

static long move_order(struct filter_rows *rows, size_t at, bool down)
{
    struct query *query = rows->query;
    size_t from = rows->rows[at].at, to = down ? from + 1 : from - 1;
    if (!query->order_count || (!down && !from) || to >= query->order_count) {
        return NO_ROW;
    }
    struct order_term moved = query->order[from];
    query->order[from] = query->order[to];
    query->order[to] = moved;
    filter_rows_refresh(rows);
    return (long)(down ? at + 1 : at - 1);
}

/* At the edge of its group a row goes out, to the side of the group that it was moved to. A group
 * that this leaves empty is gone: it was dissolved. */
static bool move_out(struct filter_rows *rows, const struct filter_row *row, bool down)
{
    const struct filter_row group = rows->rows[row->parent_row];
    if (!group.parent) {
        return false;
    }
    struct filter *node = filter_remove(row->parent, row->at);
    bool empty = row->parent->child_count == 0;
    filter_insert(group.parent, group.at + down, node);
    if (empty) {
        filter_free(filter_remove(group.parent, group.at + !down));
    }
    return true;
}

long filter_rows_move(struct filter_rows *rows, size_t at, bool down)
{
    const struct filter_row row = rows->rows[at];
    if (row.kind == FILTER_ROW_ORDER) {
        return move_order(rows, at, down);
    }
    if (!row.parent) {
        return NO_ROW;
    }
    bool edge = down ? row.at + 1 == row.parent->child_count : row.at == 0;
    if (edge) {
        return move_out(rows, &row, down) ? refreshed(rows, row.node) : NO_ROW;
    }
    struct filter *beside = row.parent->children[down ? row.at + 1 : row.at - 1];
    struct filter *node = filter_remove(row.parent, row.at);
    if (beside->kind == FILTER_CONDITION) {
        filter_insert(row.parent, down ? row.at + 1 : row.at - 1, node);
    } else {
        struct filter *holder = container(beside);
        filter_insert(holder, down ? 0 : holder->child_count, node);
    }
    return refreshed(rows, node);
}

/* --- groups, orders --- */

static struct filter *with_children_of(enum filter_kind kind, struct filter *old)
{
    struct filter *group = filter_new(kind);
    while (old->child_count) {
        filter_add(group, filter_remove(old, 0));
    }
    return group;
}

/* Makes what a group becomes next out of its children; the old group is freed. */
static struct filter *cycled(struct filter *group)
{
    bool negated = group->kind == FILTER_NOT;
    struct filter *holder = container(group);
    struct filter *next;
    if (!negated && holder->kind == FILTER_AND) {
        next = with_children_of(FILTER_OR, holder);
    } else if (!negated) {
        next = wrap(FILTER_NOT, with_children_of(FILTER_OR, holder));
    } else if (holder->kind == FILTER_OR) {
        next = wrap(FILTER_NOT, with_children_of(FILTER_AND, holder));
    } else {
        next = with_children_of(FILTER_AND, holder);
    }
    filter_free(group);
    return next;
}

long filter_rows_cycle(struct filter_rows *rows, size_t at)
{
    const struct filter_row row = rows->rows[at];
    if (row.kind != FILTER_ROW_GROUP) {
        return NO_ROW;
    }
    struct filter *taken = row.parent ? filter_remove(row.parent, row.at) : rows->root;
    struct filter *next = cycled(taken);
    if (row.parent) {
        filter_insert(row.parent, row.at, next);
    } else {
        rows->root = next;
    }
    return refreshed(rows, next);
}

long filter_rows_add_order(struct filter_rows *rows, size_t at, const char *path, bool descending)
{
    struct query *query = rows->query;
    size_t behind = rows->rows[at].kind == FILTER_ROW_ORDER && query->order_count
                        ? rows->rows[at].at + 1
                        : query->order_count;
    query_add_order(query, path, descending, false);
    for (size_t i = query->order_count - 1; i > behind; i--) {
        struct order_term term = query->order[i];
        query->order[i] = query->order[i - 1];
        query->order[i - 1] = term;
    }
    filter_rows_refresh(rows);
    return (long)(filter_rows_first_order(rows) + behind);
}

long filter_rows_flip_order(struct filter_rows *rows, size_t at)
{
    const struct filter_row row = rows->rows[at];
    if (row.kind != FILTER_ROW_ORDER || !rows->query->order_count) {
        return NO_ROW;
    }
    rows->query->order[row.at].descending = !rows->query->order[row.at].descending;
    return (long)at;
}

/* --- names and conditions --- */

const char *filter_rows_group_name(const struct filter *node)
{
    if (node->kind == FILTER_NOT) {
        return node->children[0]->kind == FILTER_OR ? "none of" : "not all of";
    }
    return node->kind == FILTER_AND ? "all of" : "any of";
}

void filter_rows_clear_operands(struct filter *condition, size_t keep)
{
    while (condition->operand_count > keep) {
        struct operand *operand = &condition->operands[--condition->operand_count];
        free(operand->text);
        free(operand->start);
        free(operand->end);
    }
}

void filter_rows_check(struct filter *condition)
{
    int needed = filter_operator_operands(condition->operator_);
    condition->disabled =
        needed < 0 ? condition->operand_count == 0 : condition->operand_count != (size_t)needed;
}
