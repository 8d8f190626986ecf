/* output: see output.h. */
#include <config.h>

#include "cli/output.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/memory.h"

/* Waits until standard output takes more. False when the user interrupted first. */
static bool wait_to_write(const struct output *output)
{
    struct pollfd waits[2] = {{.fd = STDOUT_FILENO, .events = POLLOUT},
                              {.fd = output->stop, .events = POLLIN}};
    while (poll(waits, 2, -1) < 0) {
        if (errno != EINTR) {
            return true;
        }
    }
    return waits[1].revents == 0;
}

/* The stream's writer: at most PIPE_BUF bytes at a time, which a pipe that polls as writable takes
 * without blocking. Returns 0 on failure, as stdio wants it. */
static ssize_t write_stream(void *context, const char *bytes, size_t size)
{
    struct output *output = context;
    size_t done = 0;
    while (done < size && output->failure == 0) {
        if (!wait_to_write(output)) {
            output->failure = ECANCELED;
            break;
        }
        size_t part = size - done < PIPE_BUF ? size - done : PIPE_BUF;
        ssize_t written = write(STDOUT_FILENO, bytes + done, part);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno != EINTR && errno != EAGAIN) {
            output->failure = errno;
        }
    }
    return output->failure == 0 ? (ssize_t)done : 0;
}

static size_t terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void output_open(struct output *output, int stop)
{
    *output = (struct output){.stop = stop, .terminal = isatty(STDOUT_FILENO) != 0};
    if (output->terminal) {
        output->width = terminal_width();
        output->flags = EXCHANGE_TO_TERMINAL;
        if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
            output->flags |= EXCHANGE_ASCII;
        }
    }
    output->file = fopencookie(output, "w", (cookie_io_functions_t){.write = write_stream});
    if (output->file == NULL) {
        abort();
    }
    setvbuf(output->file, NULL, _IOFBF, 1 << 16);
}

bool output_is_dead(const struct output *output)
{
    return output->failure != 0;
}

bool output_close(struct output *output, struct error *error)
{
    if (output->file != NULL) {
        fclose(output->file);
        output->file = NULL;
    }
    if (output->failure == 0 || output->failure == EPIPE) {
        return true;
    }
    if (output->failure == ECANCELED) {
        return error_set(error, ERROR_CANCELLED, "interrupted");
    }
    return error_set(error, ERROR_SERVER, "cannot write to standard output: %s",
                     strerror(output->failure));
}

bool output_format(const struct output *output, const char *name, enum exchange_format *format,
                   struct error *error)
{
    *format = output->terminal ? EXCHANGE_TABLE : EXCHANGE_CSV;
    if (name == NULL || exchange_format_find(name, format)) {
        return true;
    }
    const char *names[EXCHANGE_FORMAT_COUNT];
    for (int i = 0; i < EXCHANGE_FORMAT_COUNT; i++) {
        names[i] = exchange_format_name((enum exchange_format)i);
    }
    const char *nearest = text_nearest(name, names, EXCHANGE_FORMAT_COUNT);
    error_set(error, ERROR_USAGE,
              "there is no format %s; expected table, csv, tsv, json, ndjson or markdown", name);
    if (nearest != NULL) {
        error_set_hint(error, "did you mean %s?", nearest);
    }
    return false;
}

void output_line(struct output *output, const char *line)
{
    struct text clean = {0};
    if (output->terminal) {
        text_clean_string(&clean, line, TEXT_CLEAN_KEEP_NEWLINE);
        line = text_string(&clean);
    }
    fputs(line, output->file);
    fputc('\n', output->file);
    text_free(&clean);
}

void sheet_add(struct sheet *sheet, const struct value *values)
{
    size_t used = sheet->row_count * sheet->column_count;
    sheet->cells = memory_resize(sheet->cells, used + sheet->column_count, sizeof *sheet->cells);
    for (size_t i = 0; i < sheet->column_count; i++) {
        sheet->cells[used + i] = value_copy(&values[i]);
    }
    sheet->row_count++;
}

void sheet_print(const struct sheet *sheet, struct output *output, enum exchange_format format)
{
    struct exchange_column *columns = memory_zeroed(sheet->column_count, sizeof *columns);
    for (size_t i = 0; i < sheet->column_count; i++) {
        columns[i].name = sheet->names[i];
    }
    struct exchange_writer *writer = exchange_open(
        output->file, format, columns, sheet->column_count, output->flags, output->width);
    for (size_t i = 0; i < sheet->row_count; i++) {
        exchange_row(writer, sheet->cells + i * sheet->column_count);
    }
    struct error ignored = {0}; /* output_close tells of the same failure */
    exchange_close(writer, NULL, &ignored);
    error_clear(&ignored);
    free(columns);
}

void sheet_free(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->row_count * sheet->column_count; i++) {
        value_free(&sheet->cells[i]);
    }
    free(sheet->cells);
    *sheet = (struct sheet){0};
}
