/*
 * minimal: the least a full-screen program can be: what start-up is compared with.
 *
 * Linked with the same libraries as dossier, of which it calls none but curses. Single-threaded.
 */
#include <curses.h>
#include <locale.h>

int main(void)
{
    setlocale(LC_ALL, "");
    initscr();
    raw();
    noecho();
    keypad(stdscr, TRUE);
    start_color();
    use_default_colors();
    mvaddstr(0, 0, " minimal");
    for (int row = 1; row < LINES - 1; row++) {
        mvprintw(row, 0, "row %d", row);
    }
    refresh();
    getch();
    endwin();
    return 0;
}
