/*
 * main: chooses between the screen and a verb. The only file that knows both cli/ and ui/.
 */
#include <stdio.h>

int main(void)
{
    puts("dossier");
    return 0;
}
