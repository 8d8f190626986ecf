/* wake: see wake.h. Both ends never block: a full pipe is as good as a raised one. */
#include <config.h>

#include "fetch/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_EVENTFD
#include <sys/eventfd.h>
#endif

#ifdef HAVE_EVENTFD
static bool open_ends(struct wake *wake)
{
    wake->read_end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    wake->write_end = wake->read_end;
    return wake->read_end >= 0;
}
#else
static bool open_ends(struct wake *wake)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return false;
    }
    for (int end = 0; end < 2; end++) {
        (void)fcntl(ends[end], F_SETFD, FD_CLOEXEC);
        (void)fcntl(ends[end], F_SETFL, O_NONBLOCK);
    }
    wake->read_end = ends[0];
    wake->write_end = ends[1];
    return true;
}
#endif

bool wake_open(struct wake *wake, struct error *error)
{
    if (!open_ends(wake)) {
        return error_set(error, ERROR_SERVER,
                         "The background thread could not be given a wake-up descriptor: %s",
                         strerror(errno));
    }
    return true;
}

void wake_close(struct wake *wake)
{
    close(wake->read_end);
    if (wake->write_end != wake->read_end) {
        close(wake->write_end);
    }
}

void wake_raise(struct wake *wake)
{
    uint64_t one = 1;
    ssize_t written;
    do {
        written = write(wake->write_end, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
}

void wake_lower(struct wake *wake)
{
    uint64_t drained[8];
    ssize_t count;
    do {
        count = read(wake->read_end, drained, sizeof drained);
    } while (count > 0 || (count < 0 && errno == EINTR));
}
