/*
 * scroller: a bare list with a bar, what moving in dossier's list is compared with.
 *
 *     scroller FILE      shows the file's lines; j k PgDn PgUp q
 *
 * It scrolls by the terminal's scroll region, as curses does at its best, and says on
 * DOSSIER_IDLE_FD when it waits, as dossier does. Single-threaded.
 */
#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scroller {
    char **lines;
    int count;
    int top, cursor;
    unsigned long keys;
    int idle;
};

static void read_lines(struct scroller *scroller, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, file)) > 0) {
        line[length - 1] = '\0';
        size_t items = (size_t)scroller->count + 1;
        scroller->lines = realloc(scroller->lines, items * sizeof *scroller->lines);
        if (scroller->lines == NULL) {
            exit(1);
        }
        scroller->lines[scroller->count++] = strdup(line);
    }
    free(line);
    fclose(file);
}

static void draw(struct scroller *scroller)
{
    int rows = LINES - 2;
    if (scroller->cursor < scroller->top) {
        scroller->top = scroller->cursor;
    }
    if (scroller->cursor >= scroller->top + rows) {
        scroller->top = scroller->cursor - rows + 1;
    }
    for (int row = 0; row < rows; row++) {
        int line = scroller->top + row;
        attrset(line == scroller->cursor ? A_REVERSE : A_NORMAL);
        mvprintw(row + 1, 0, "%-*.*s", COLS, COLS,
                 line < scroller->count ? scroller->lines[line] : "");
    }
    attrset(A_NORMAL);
    mvprintw(LINES - 1, 0, " %d of %d", scroller->cursor + 1, scroller->count);
    clrtoeol();
    move(scroller->cursor - scroller->top + 1, 0);
    refresh();
}

static void say_idle(const struct scroller *scroller)
{
    char line[80];
    int length = snprintf(line, sizeof line, "idle keys=%lu size=%dx%d frames=%lu bytes=0\n",
                          scroller->keys, COLS, LINES, scroller->keys + 1);
    if (scroller->idle >= 0 && write(scroller->idle, line, (size_t)length) < 0) {
        exit(1);
    }
}

static bool take_key(struct scroller *scroller)
{
    int step = 0;
    int page = LINES - 2;
    switch (getch()) {
    case 'q':
        return false;
    case 'j':
        step = 1;
        break;
    case 'k':
        step = -1;
        break;
    case KEY_NPAGE:
        step = page;
        scroller->top += page;
        break;
    case KEY_PPAGE:
        step = -page;
        break;
    default:
        break;
    }
    scroller->keys++;
    int wanted = scroller->cursor + step;
    scroller->cursor = wanted < 0 ? 0 : wanted >= scroller->count ? scroller->count - 1 : wanted;
    return true;
}

int main(int count, char **words)
{
    struct scroller scroller = {.idle = -1};
    if (count != 2) {
        fputs("usage: scroller FILE\n", stderr);
        return 2;
    }
    read_lines(&scroller, words[1]);
    const char *idle = getenv("DOSSIER_IDLE_FD");
    scroller.idle = idle == NULL ? -1 : (int)strtol(idle, NULL, 10);
    setlocale(LC_ALL, "");
    initscr();
    raw();
    noecho();
    keypad(stdscr, TRUE);
    idlok(stdscr, TRUE);
    mvaddstr(0, 0, " scroller");
    do {
        draw(&scroller);
        say_idle(&scroller);
    } while (take_key(&scroller));
    endwin();
    return 0;
}
