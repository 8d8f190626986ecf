/*
 * fuzz_views: whatever bytes the file of saved views holds, it is read; a view saved into it is
 * there when it is read again, and the others are what they were.
 *
 * A libFuzzer target; with FUZZ_STANDALONE it has a main of its own (standalone.h).
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/text.h"
#include "store/views.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "views: %s\n", what);
        abort();
    }
}

/* A directory of this process's own, in memory where there is such a place. */
static const char *views_path(void)
{
    static char path[64] = "/dev/shm/fuzz-views-XXXXXX";
    static bool made;
    if (!made) {
        if (mkdtemp(path) == NULL) {
            snprintf(path, sizeof path, "/tmp/fuzz-views-XXXXXX");
            require(mkdtemp(path) != NULL, "there is no directory for it");
        }
        strncat(path, "/views", sizeof path - strlen(path) - 1);
        made = true;
    }
    return path;
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(descriptor >= 0 && write(descriptor, data, size) == (ssize_t)size, "is not written");
    close(descriptor);
}

static void check_same(const struct view *one, const struct view *two)
{
    require(one != NULL && two != NULL, "a view is lost");
    require(strcmp(one->object, two->object) == 0 && strcmp(one->filter, two->filter) == 0 &&
                strcmp(one->order, two->order) == 0 && strcmp(one->columns, two->columns) == 0 &&
                strcmp(one->deleted, two->deleted) == 0,
            "a view is not what it was");
}

/* What another program finds in the file after a view was saved. */
static void check_saved(const char *path, struct views *before, const struct view *saved)
{
    struct error error = {0};
    struct views *after = views_open(path, &error);
    require(!error_is_set(&error), "what was saved cannot be read");
    check_same(saved, views_find(after, saved->name));
    for (size_t i = 0; i < views_count(before); i++) {
        const struct view *view = views_at(before, i);
        bool first = views_find(before, view->name) == view; /* of several of that name */
        if (first && strcmp(view->name, saved->name) != 0) {
            check_same(view, views_find(after, view->name));
        }
    }
    views_close(after);
}

/* The input's own text as a view, if it may be one. */
static void check_saving(const char *path, struct views *views, const uint8_t *data, size_t size)
{
    struct error error = {0};
    size_t third = size / 3;
    const char *bytes = (const char *)data;
    char *name = memory_copy(bytes, third);
    char *filter = memory_copy(bytes + third, third);
    char *order = memory_copy(bytes + third * 2, size - third * 2);
    struct view view = {name, "Opportunity", filter, order, "", ""};
    if (views_save(views, &view, &error)) {
        check_saved(path, views, &view);
    }
    error_clear(&error);
    free(name);
    free(filter);
    free(order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = views_path();
    struct error error = {0};
    write_file(path, data, size);
    struct views *views = views_open(path, &error);
    require(views != NULL, "is never NULL");
    for (size_t i = 0; i < views_count(views); i++) {
        const struct view *view = views_at(views, i);
        require(view->name != NULL && view->object != NULL && view->filter != NULL &&
                    view->order != NULL && view->columns != NULL,
                "a part of a view is missing");
        require(views_find(views, view->name) != NULL, "a view is not found by its name");
    }
    if (size > 0 && !error_is_set(&error)) {
        check_saving(path, views, data, size);
    }
    error_clear(&error);
    views_close(views);
    return 0;
}

#ifdef FUZZ_STANDALONE
static const char fuzz_name[] = "fuzz_views";
static const char *const fuzz_pieces[] = {
    "\n",
    "[view]\n",
    "[",
    "]\n",
    "object = Account\n",
    "filter = ",
    "order = Name desc\n",
    "columns = a, b\n",
    "    ",
    " ;",
    "#",
    ";",
    "=",
    "\r",
    "\t",
    "name",
    "\xff",
    "\xe2\x80\xae",
    "'x'",
    "]",
    "\n\n",
    " ",
    "x",
    "y",
};
#include "standalone.h"
#endif
