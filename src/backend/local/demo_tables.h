/*
 * demo_tables: the tables of the demonstration CRM and how their rows are made.
 *
 * A row depends on its table, its number and the demo's counts alone, never on the rows before it:
 * a line can work out the opportunity it belongs to without looking it up. Any one thread.
 */
#ifndef DOSSIER_BACKEND_LOCAL_DEMO_TABLES_H
#define DOSSIER_BACKEND_LOCAL_DEMO_TABLES_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* How many there are of each, and the day everything lies around. */
struct demo {
    int64_t opportunities;
    int64_t users, accounts, contacts, campaigns, activities, cases, members;
    int64_t today; /* days since 1970 */
};

/* A row on its way into a statement. */
struct demo_row {
    const struct demo *demo;
    sqlite3_stmt *statement;
    int parameter;   /* the last one bound */
    uint64_t random; /* state of the row's own generator */
    int status;      /* SQLITE_OK until an insert fails */
};

struct demo_table {
    const char *name;
    const char *insert;
    size_t count_offset; /* of its int64_t in struct demo: how many times make is called */
    /* Inserts what belongs to one number: a row, or the lines of one opportunity. */
    void (*make)(struct demo_row *row, int64_t number);
};

extern const struct demo_table demo_tables[];
extern const size_t demo_table_count;

/* Calls a table's make with the number's own generator. */
void demo_make_row(struct demo_row *row, size_t table, int64_t number);

/* Works out how many rows each table gets for this many opportunities. */
struct demo demo_plan(int64_t opportunities, int64_t today);

/* SQL that makes the tables; statements for indexes, triggers and views once the rows are there,
 * ended by NULL. */
extern const char demo_schema_sql[];
extern const char *const demo_finish_sql[];

#endif
