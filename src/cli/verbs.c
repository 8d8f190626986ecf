/* verbs: the table of verbs, from which help and the manual are made. */
#include "cli/verbs.h"

#include <stdint.h>

#define BIT(flag) (1u << (flag))

enum {
    ALWAYS = BIT(FLAG_HELP),
    CONNECTED = ALWAYS | BIT(FLAG_PROFILE) | BIT(FLAG_SET),
    PRINTING = CONNECTED | BIT(FLAG_FORMAT) | BIT(FLAG_VERBOSE),
    WRITING = PRINTING | BIT(FLAG_CONFIRM) | BIT(FLAG_DRY_RUN),
    RECORDS = WRITING | BIT(FLAG_ALL_OR_NONE),
    VALUED = RECORDS | BIT(FLAG_NULL) | BIT(FLAG_FILE),
    CHECKED = BIT(FLAG_IF) | BIT(FLAG_UNLESS_CHANGED_SINCE),
};

static const struct verb verbs[] = {
    {"", "[FILE|PROFILE]", 0, 1, CONNECTED | BIT(FLAG_VERSION), false,
     "the screen, on a profile or an SQLite file; on the last profile where none is named, and on "
     "the demonstration where there is none",
     "Opens the screen on a profile of the configuration or on any SQLite file. Where none is "
     "named: on $DOSSIER_PROFILE, the configuration's default, the profile used last, or the "
     "demonstration. It needs a terminal.",
     NULL},
    {"demo", "", 0, 0, ALWAYS | BIT(FLAG_SET) | BIT(FLAG_ROWS) | BIT(FLAG_RESET), false,
     "the screen on the demonstration CRM, which is made on first use",
     "Makes the demonstration, an SQLite file, unless it is there, and opens the screen on it. "
     "Where standard output is no terminal it prints the file's path instead. Every verb takes "
     "-p demo.",
     verb_demo},
    {"objects", "", 0, 0, PRINTING | BIT(FLAG_COUNT), false, "list the objects",
     "Lists the objects with what may be done to their records; with --count, how many records "
     "each has.",
     verb_objects},
    {"describe", "OBJECT", 1, 1, PRINTING, false, "list the fields of an object",
     "Lists the fields of an object. A table shows what a terminal is wide enough for; the other "
     "formats give everything that is known of each field.",
     verb_describe},
    {"lookup", "OBJECT FIELD [--append VALUE...]", 2, SIZE_MAX, WRITING | BIT(FLAG_APPEND), false,
     "list the values a field may hold, or add to them",
     "Lists the values of the field's list: those it may hold, or where it has no list, those it "
     "does hold. With --append the values that follow are added to the list, where the backend "
     "can.",
     verb_lookup},
    {"query", "OBJECT ['FILTER']", 1, 2,
     PRINTING | BIT(FLAG_COLUMNS) | BIT(FLAG_ORDER) | BIT(FLAG_LIMIT) | BIT(FLAG_OF) |
         BIT(FLAG_WITH) | BIT(FLAG_COUNT) | BIT(FLAG_INCLUDE_DELETED),
     false, "list the records that match a filter",
     "Lists the records of an object, all of them or those that match a filter (see "
     "dossier-filter(7)), such as \"stage = 'Proposal' and amount >= 10000 order by amount desc\". "
     "Records are printed as they are read, a page at a time. With --count it prints one number; "
     "with --include-deleted records that were deleted are among them.",
     verb_query},
    {"get", "OBJECT ID...", 2, SIZE_MAX,
     PRINTING | BIT(FLAG_COLUMNS) | BIT(FLAG_SAVE) | BIT(FLAG_INCLUDE_DELETED), false,
     "print records by their ids",
     "Prints the records with these ids, in the order asked for. Those that are not there are told "
     "on standard error: the status is 1 if some are missing, 4 if all are. An id of several "
     "fields is their values in key order joined by commas, with , and % inside a value as %2C and "
     "%25. With --save the values of one record go to files, bytes as they are, and nothing is "
     "printed; a file that is there already is left alone.",
     verb_get},
    {"create", "OBJECT FIELD=VALUE...", 1, SIZE_MAX, VALUED, true, "create a record",
     "Creates a record and prints its id. Every value is checked against the field before anything "
     "is sent. FIELD= is the empty text; --null FIELD is null. Date fields also take today, in 3 "
     "days and the like.",
     verb_create},
    {"update", "OBJECT ID FIELD=VALUE...", 2, SIZE_MAX, VALUED | CHECKED, true,
     "change fields of a record",
     "Changes the fields that are given, and no other. With --if or --unless-changed-since the "
     "record must still be as it was read; else nothing is written and the status is 6.",
     verb_update},
    {"upsert", "OBJECT --match FIELD FIELD=VALUE...", 2, SIZE_MAX, VALUED | BIT(FLAG_MATCH), true,
     "change the record that matches, or create one",
     "Looks for a record whose match field has the value given for it. If there is one it is "
     "changed, if there is none it is created, and if there are several nothing is done. Prints "
     "the id and `created` or `updated`.",
     verb_upsert},
    {"delete", "OBJECT ID...", 2, SIZE_MAX, RECORDS | CHECKED, true, "delete records",
     "Deletes the records with these ids, without asking. Each has its own result: those that can "
     "be deleted are, and the rest is told on standard error.",
     verb_delete},
    {"undelete", "OBJECT ID...", 2, SIZE_MAX, RECORDS, true, "bring deleted records back",
     "Brings the deleted records with these ids back, where the backend keeps them for a while. "
     "Each "
     "has its own result, as with delete.",
     verb_undelete},
    {"actions", "", 0, 0, PRINTING, false, "list what else the backend can do",
     "Lists the operations of the backend beyond reading and writing records: what each does, "
     "whose "
     "records it is for, and the parameters it takes. `do` runs them.",
     verb_actions},
    {"do", "ACTION [NAME=VALUE...]", 1, SIZE_MAX, WRITING, false, "run an action",
     "Runs an action, whose parameters are checked before anything is sent. A parameter named "
     "file, or of the type base64, takes the path of a file, - for standard input. A parameter of "
     "the type encryptedstring is a secret and never an argument: it is asked for on the terminal, "
     "or "
     "where standard input is none, read from its first line. Prints what comes back: rows, words, "
     "or a result for each record that was written.",
     verb_do},
    {"raw", "'QUERY'", 1, 1, PRINTING | BIT(FLAG_CONFIRM), false,
     "send a query in the backend's own language",
     "Sends a query in the language of the backend itself, and prints the rows or the text that "
     "come back: SELECT statements of SQL for an SQLite file, SOQL for Salesforce.",
     verb_raw},
    {"profiles", "", 0, 0, ALWAYS | BIT(FLAG_PROFILE) | BIT(FLAG_FORMAT), false,
     "list the profiles",
     "Lists the profiles of the configuration, and the demonstration, which is always there; with "
     "-p that one alone.",
     verb_profiles},
    {"check", "", 0, 0, PRINTING, false, "open a profile and say what is found",
     "Opens the profile, signs in where that is needed, and says what it found.", verb_check},
};

const struct verb *verb_rows(size_t *count)
{
    *count = sizeof verbs / sizeof *verbs;
    return verbs;
}
