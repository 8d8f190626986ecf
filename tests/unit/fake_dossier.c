/*
 * fake_dossier: the real program, screen and verbs, that knows one backend more: `backend = rich`
 * is the fake, with 30 opportunities of which 4 and 8 are deleted. Each run has a store of its own.
 */
#include <string.h>

#include "fake_backend.h"

const struct backend_ops *__real_backend_find(const char *name);
const struct backend_ops *__wrap_backend_find(const char *name);

static const struct backend_ops *open_store(void)
{
    static struct fake *store; /* lives as long as the program */
    if (store == NULL) {
        struct value deleted = value_boolean(true);
        store = fake_new(30);
        fake_keep_deleted(store);
        fake_put(store, "Opportunity", "4", "deleted", &deleted);
        fake_put(store, "Opportunity", "8", "deleted", &deleted);
    }
    return &fake_rich;
}

const struct backend_ops *__wrap_backend_find(const char *name)
{
    return name != NULL && strcmp(name, "rich") == 0 ? open_store() : __real_backend_find(name);
}
