/* filter_count: see filter_count.h. At most one question is under way. */
#include "ui/panes/filter_count.h"

#include <string.h>

#include "core/format.h"

static void forget(struct filter_count *count)
{
    if (count->job) {
        session_cancel(count->session, count->job);
    }
    count->job = 0;
    count->total = -1;
    text_truncate(&count->sent, 0);
    text_truncate(&count->here, 0);
    error_clear(&count->error);
}

void filter_count_free(struct filter_count *count)
{
    if (count->session) {
        forget(count);
    }
    text_free(&count->sent);
    text_free(&count->here);
}

static void counted(void *context, const struct operation *operation, struct result *result)
{
    struct filter_count *count = context;
    (void)operation;
    count->job = 0;
    if (error_is_set(&result->error)) {
        error_move(&count->error, &result->error);
    } else {
        count->total = result->total;
    }
    pane_mark(count->pane);
}

/* Names each field of a part once. */
static void name_fields(const struct filter *filter, struct text *out)
{
    if (!filter) {
        return;
    }
    for (size_t i = 0; i < filter->child_count; i++) {
        name_fields(filter->children[i], out);
    }
    if (filter->kind != FILTER_CONDITION) {
        return;
    }
    const char *found = out->length ? strstr(out->bytes, filter->path) : NULL;
    if (!found) {
        text_format(out, "%s%s", out->length ? ", " : "", filter->path);
    }
}

/* Leaves in the query what the backend can do, and says what it cannot. */
static void split(struct filter_count *count, struct query *query)
{
    const struct backend_ops *backend = session_backend(count->session);
    if (!backend->can_filter || !query->filter) {
        return;
    }
    struct filter *pushed = NULL, *rest = NULL;
    filter_split(query->filter, backend->can_filter, NULL, &pushed, &rest);
    name_fields(pushed, &count->sent);
    name_fields(rest, &count->here);
    count->partial = rest != NULL;
    filter_free(query->filter);
    filter_free(rest);
    query->filter = pushed;
}

static void submit(struct filter_count *count, struct query *query)
{
    struct operation *operation = operation_new(OPERATION_COUNT, query->object);
    operation->schema = schema_hold(count->schema);
    operation->query = query;
    count->job = session_submit(count->session, operation, JOB_SOON, counted, count, &count->error);
}

void filter_count_ask(struct filter_count *count, const struct query *query)
{
    forget(count);
    count->partial = false;
    struct query *asked = query_copy(query);
    query_clear_order(asked);
    asked->include_deleted = count->include_deleted;
    if (!session_resolve(count->session, asked, -2, &count->error)) {
        query_free(asked);
        return;
    }
    split(count, asked);
    if (session_can(count->session, CAN_COUNT)) {
        submit(count, asked);
    } else {
        query_free(asked);
    }
}

static void count_words(const struct filter_count *count, struct text *out)
{
    if (error_is_set(&count->error)) {
        text_format(out, "not counted: %s", count->error.message);
    } else if (count->total < 0) {
        text_append_string(out, count->job ? "counting" : "not counted");
    } else {
        text_append_string(out, count->partial ? "at most " : "");
        format_count(count->total, out);
        text_append_string(out, count->total == 1 ? " record matches" : " records match");
    }
}

void filter_count_words(const struct filter_count *count, const char *bullet, struct text *out)
{
    count_words(count, out);
    if (error_is_set(&count->error)) {
        return;
    }
    const char *sent = !count->partial      ? "all of it"
                       : count->sent.length ? count->sent.bytes
                                            : "nothing";
    text_format(out, " %s sent to the server: %s", bullet, sent);
    if (count->partial) {
        text_format(out, " %s filtered here: %s", bullet, text_string(&count->here));
    }
}
