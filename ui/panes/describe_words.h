/*
 * describe_words: a field and a relation in words. Pure.
 */
#ifndef DOSSIER_UI_PANES_DESCRIBE_WORDS_H
#define DOSSIER_UI_PANES_DESCRIBE_WORDS_H

#include "core/record.h"
#include "core/schema.h"
#include "core/text.h"

/* "currency(12,2)", "string(80)". */
void describe_type(const struct field *field, struct text *out);
/* "c u f s": what may be done with it; a dot for what may not. */
void describe_can(const struct field *field, struct text *out);
/* "→ Account", "5 values", "key", "unique", as far as they apply. arrow is the terminal's. */
void describe_more(const struct field *field, const char *arrow, struct text *out);
/* "date · required on create · may be created, updated, filtered, sorted". */
void describe_sentence(const struct field *field, const char *bullet, struct text *out);
/* Everything there is to say, over several lines, the picklist's values among it, with those of the
 * field they depend on. */
void describe_whole(const struct schema *schema, const struct field *field, struct text *out);
/* "Lines of OpportunityLine (opportunity_id = id)". */
void describe_relation(const struct relation *relation, struct text *out);
/* "filled in 97 % of 1,204 records · 2026-01-03 to 2028-11-30" out of a page of GROUP_FILLED. */
void describe_usage(const struct field *field, const struct page *page, const char *bullet,
                    struct text *out);

#endif
