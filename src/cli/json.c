/* json: see json.h. */
#include "cli/json.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

json_t *json_words(const char *words)
{
    if (words == NULL) {
        return json_null();
    }
    struct text repaired = {0};
    text_repair(&repaired, words, strlen(words));
    json_t *string = json_stringn(text_string(&repaired), repaired.length);
    text_free(&repaired);
    return string;
}

void json_show(const json_t *document, struct output *output, size_t flags)
{
    char *words = json_dumps(document, flags);
    output_line(output, words == NULL ? "null" : words);
    free(words);
}
