/* app: see app.h. */
#include "ui/app.h"

int app_run(const struct config *config, struct session *session, const char *start_object)
{
    (void)config;
    (void)session;
    (void)start_object;
    return 0;
}
