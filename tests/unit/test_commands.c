/* The command tables: every row complete, every default key a key, no key twice in one table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/memory.h"
#include "ui/command.h"
#include "ui/keymap.h"

struct seen {
    char *keys[256];
    const char *names[256];
    size_t count;
};

static void check_key(struct seen *seen, const char *key, const struct command *row)
{
    struct key_press press;
    if (!key_parse(key, &press)) {
        fail_msg("%s: '%s' is no key", row->name, key);
    }
    for (size_t i = 0; i < seen->count; i++) {
        if (strcmp(seen->keys[i], key) == 0) {
            fail_msg("the key %s runs %s and %s", key, seen->names[i], row->name);
        }
    }
    assert_true(seen->count < 256);
    seen->names[seen->count] = row->name;
    seen->keys[seen->count++] = memory_copy_string(key);
}

static void check_keys(struct seen *seen, const struct command *row)
{
    for (const char *at = row->keys; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, " ");
        char *key = memory_copy(at, length);
        check_key(seen, key, row);
        free(key);
        at += length + strspn(at + length, " ");
    }
}

static void check_row(const struct command *row)
{
    assert_non_null(row->run);
    assert_non_null(row->help);
    assert_true(row->help[0] >= 'a' && row->help[0] <= 'z'); /* a verb, as the help shows it */
    assert_int_equal(strspn(row->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(row->name));
}

static void tables_are_sound(void **state)
{
    const char *pane = NULL;
    const struct command *table = NULL;
    size_t count = 0;
    (void)state;
    while ((table = command_table(count, &pane)) != NULL) {
        struct seen seen = {.count = 0};
        assert_non_null(pane);
        for (const struct command *row = table; row->name != NULL; row++) {
            check_row(row);
            check_keys(&seen, row);
        }
        for (size_t key = 0; key < seen.count; key++) {
            free(seen.keys[key]);
        }
        count++;
    }
    assert_true(count > 5);
}

static void names_are_found(void **state)
{
    (void)state;
    assert_ptr_equal(command_find(NULL, "down"), &global_commands[0]);
    assert_null(command_find(NULL, "no-such-command"));
    assert_true(command_is_global(&global_commands[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_sound),
        cmocka_unit_test(names_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
