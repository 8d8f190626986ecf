/*
 * remembered: saved views and remembered settings of a profile. UI thread.
 *
 * Views are the user's file, $XDG_CONFIG_HOME/dossier/views/PROFILE.views; what is remembered is
 * the program's own and lies in the journal's database. Without a journal, nothing is remembered.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "session/session_internal.h"

/* A profile's name may be a path: what cannot stand in a file name becomes '_'. */
static char *views_path(const struct session *session, struct error *error)
{
    char *directory = config_directory("config", true, error);
    if (directory == NULL) {
        return NULL;
    }
    struct text path = {0};
    text_format(&path, "%s/views/", directory);
    const char *name = session->profile->name;
    const char *slash = strrchr(name, '/');
    for (const char *at = slash == NULL ? name : slash + 1; *at != '\0'; at++) {
        bool plain = *at != '/' && (unsigned char)*at >= 0x20;
        text_append_character(&path, plain ? *at : '_');
    }
    text_append_string(&path, ".views");
    free(directory);
    return text_take(&path);
}

void views_and_remembered_open(struct session *session)
{
    struct error error = {0};
    char *path = views_path(session, &error);
    session->views = path == NULL ? NULL : views_open(path, &error);
    if (error_is_set(&error)) {
        session_log_add(session, error.message, true);
    }
    free(path);
    error_clear(&error);
}

void views_and_remembered_close(struct session *session)
{
    views_close(session->views);
    free(session->remembered);
}

size_t session_view_count(const struct session *session)
{
    return session->views == NULL ? 0 : views_count(session->views);
}

const struct view *session_view(const struct session *session, size_t index)
{
    return views_at(session->views, index);
}

const struct view *session_find_view(const struct session *session, const char *name)
{
    return session->views == NULL ? NULL : views_find(session->views, name);
}

static bool have_views(const struct session *session, struct error *error)
{
    if (session->views == NULL) {
        return error_set(error, ERROR_SERVER,
                         "There is no directory to keep saved views in: set XDG_CONFIG_HOME.");
    }
    return true;
}

static bool tell(struct session *session, bool done)
{
    session_notify(session, SESSION_EVENT_VIEWS);
    return done;
}

bool session_save_view(struct session *session, const struct view *view, struct error *error)
{
    return have_views(session, error) && tell(session, views_save(session->views, view, error));
}

bool session_rename_view(struct session *session, const char *name, const char *new_name,
                         struct error *error)
{
    return have_views(session, error) &&
           tell(session, views_rename(session->views, name, new_name, error));
}

bool session_delete_view(struct session *session, const char *name, struct error *error)
{
    return have_views(session, error) && tell(session, views_delete(session->views, name, error));
}

const char *session_remembered(struct session *session, const char *key)
{
    free(session->remembered);
    session->remembered =
        session->journal == NULL ? NULL : journal_remembered(session->journal, key);
    return session->remembered;
}

void session_remember(struct session *session, const char *key, const char *text)
{
    if (session->journal != NULL && !journal_remember(session->journal, key, text)) {
        session_log_add(session, "a setting could not be remembered: the journal is not writable",
                        true);
    }
}
