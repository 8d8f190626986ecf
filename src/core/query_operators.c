/*
 * query_operators: the table of the filter language's operators. The parser, the printer, the
 * builder, completion and the manual page all read this one. Pure; any thread.
 */
#include "core/query.h"

enum label_column { LABEL_PLAIN, LABEL_NUMBER, LABEL_DATE, LABEL_COLUMNS };

struct operator_row {
    const char *text;
    const char *labels[LABEL_COLUMNS]; /* NULL: as the plain one */
    int operands;                      /* -1: a list */
};

static const struct operator_row rows[OPERATOR_COUNT] = {
    [OPERATOR_EQUAL] = {"=", {"is", "equals", "is"}, 1},
    [OPERATOR_NOT_EQUAL] = {"!=", {"is not", "does not equal", "is not"}, 1},
    [OPERATOR_LESS] = {"<", {"comes before", "less than", "before"}, 1},
    [OPERATOR_LESS_EQUAL] = {"<=", {"up to", "at most", "on or before"}, 1},
    [OPERATOR_GREATER] = {">", {"comes after", "more than", "after"}, 1},
    [OPERATOR_GREATER_EQUAL] = {">=", {"from", "at least", "on or after"}, 1},
    [OPERATOR_IN] = {"in", {"is one of", NULL, NULL}, -1},
    [OPERATOR_NOT_IN] = {"not in", {"is none of", NULL, NULL}, -1},
    [OPERATOR_BETWEEN] = {"between", {"between", NULL, NULL}, 2},
    [OPERATOR_CONTAINS] = {"contains", {"contains", NULL, NULL}, 1},
    [OPERATOR_STARTS_WITH] = {"starts with", {"starts with", NULL, NULL}, 1},
    [OPERATOR_ENDS_WITH] = {"ends with", {"ends with", NULL, NULL}, 1},
    [OPERATOR_LIKE] = {"like", {"is like", NULL, NULL}, 1},
    [OPERATOR_IS_NULL] = {"is null", {"is null", NULL, NULL}, 0},
    [OPERATOR_IS_NOT_NULL] = {"is not null", {"is not null", NULL, NULL}, 0},
    [OPERATOR_IS_EMPTY] = {"is empty", {"is empty text", NULL, NULL}, 0},
    [OPERATOR_IS_NOT_EMPTY] = {"is not empty", {"is not empty text", NULL, NULL}, 0},
    [OPERATOR_IS_BLANK] = {"is blank", {"is blank", NULL, NULL}, 0},
    [OPERATOR_IS_NOT_BLANK] = {"is not blank", {"is filled in", NULL, NULL}, 0},
    [OPERATOR_INCLUDES] = {"includes", {"includes", NULL, NULL}, -1},
    [OPERATOR_EXCLUDES] = {"excludes", {"excludes", NULL, NULL}, -1},
};

#define BIT(operator_) (1u << (operator_))
#define SAME           (BIT(OPERATOR_EQUAL) | BIT(OPERATOR_NOT_EQUAL))
#define LISTS          (BIT(OPERATOR_IN) | BIT(OPERATOR_NOT_IN))
#define ORDERED                                                                                    \
    (BIT(OPERATOR_LESS) | BIT(OPERATOR_LESS_EQUAL) | BIT(OPERATOR_GREATER) |                       \
     BIT(OPERATOR_GREATER_EQUAL) | BIT(OPERATOR_BETWEEN))
#define TEXTS                                                                                      \
    (BIT(OPERATOR_CONTAINS) | BIT(OPERATOR_STARTS_WITH) | BIT(OPERATOR_ENDS_WITH) |                \
     BIT(OPERATOR_LIKE))
#define NOTHING                                                                                    \
    (BIT(OPERATOR_IS_NULL) | BIT(OPERATOR_IS_NOT_NULL) | BIT(OPERATOR_IS_BLANK) |                  \
     BIT(OPERATOR_IS_NOT_BLANK))
#define EMPTY (BIT(OPERATOR_IS_EMPTY) | BIT(OPERATOR_IS_NOT_EMPTY))
#define SETS  (BIT(OPERATOR_INCLUDES) | BIT(OPERATOR_EXCLUDES))

static const uint32_t numeric = SAME | LISTS | ORDERED | NOTHING;
static const uint32_t textual = SAME | LISTS | ORDERED | TEXTS | NOTHING | EMPTY;

const char *filter_operator_text(enum filter_operator operator_)
{
    return (unsigned)operator_ < OPERATOR_COUNT ? rows[operator_].text : "";
}

static enum label_column label_column_for(enum field_type type)
{
    if (field_type_is_number(type)) {
        return LABEL_NUMBER;
    }
    return field_type_is_date(type) ? LABEL_DATE : LABEL_PLAIN;
}

const char *filter_operator_label(enum filter_operator operator_, enum field_type type)
{
    if ((unsigned)operator_ >= OPERATOR_COUNT) {
        return "";
    }
    const char *label = rows[operator_].labels[label_column_for(type)];
    return label != NULL ? label : rows[operator_].labels[LABEL_PLAIN];
}

uint32_t filter_operators_for(enum field_type type)
{
    if (field_type_is_number(type) || field_type_is_date(type)) {
        return numeric;
    }
    switch (type) {
    case FIELD_BOOLEAN:
        return SAME | LISTS | NOTHING;
    case FIELD_BASE64:
        return NOTHING;
    case FIELD_MULTIPICKLIST:
    case FIELD_CALCULATED:
    case FIELD_ANY:
        return textual | SETS;
    default:
        return textual;
    }
}

bool filter_operator_applies(enum filter_operator operator_, enum field_type type)
{
    return (unsigned)operator_ < OPERATOR_COUNT &&
           ((filter_operators_for(type) | NOTHING | EMPTY) & BIT(operator_)) != 0;
}

int filter_operator_operands(enum filter_operator operator_)
{
    return (unsigned)operator_ < OPERATOR_COUNT ? rows[operator_].operands : 0;
}
