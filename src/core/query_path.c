/*
 * query_path: building and copying the names that conditions, orders and columns go by.
 */
#include "core/query_path.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/query_lex.h"

void path_add(struct query_path *path, char *part)
{
    path->parts = memory_resize(path->parts, path->count + 1, sizeof *path->parts);
    path->parts[path->count++] = part;
}

void path_join(struct query_path *path)
{
    struct text joined = {0};
    for (size_t i = 0; i < path->count; i++) {
        text_append_string(&joined, i > 0 ? "." : "");
        text_append_string(&joined, path->parts[i]);
    }
    free(path->path);
    path->path = text_take(&joined);
}

struct query_path path_copy(char *const *parts, size_t count)
{
    struct query_path copy = {0};
    for (size_t i = 0; i < count; i++) {
        path_add(&copy, memory_copy_string(parts[i]));
    }
    path_join(&copy);
    return copy;
}

void path_free(struct query_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        free(path->parts[i]);
    }
    free(path->parts);
    free(path->path);
    *path = (struct query_path){0};
}

bool path_parse(const char *text, struct query_path *out)
{
    struct lexer lexer = lexer_start(text, strlen(text));
    struct query_path path = {0};
    struct token token;
    do {
        token = lexer_next(&lexer);
        if (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME) {
            path_free(&path);
            return false;
        }
        path_add(&path, token_content(&lexer, &token));
        token = lexer_next(&lexer);
    } while (token.kind == TOKEN_DOT);
    if (token.kind != TOKEN_END) {
        path_free(&path);
        return false;
    }
    path_join(&path);
    *out = path;
    return true;
}

struct query_path path_from(const char *text)
{
    struct query_path path = {0};
    if (!path_parse(text, &path)) {
        path_add(&path, memory_copy_string(text));
        path_join(&path);
    }
    return path;
}
