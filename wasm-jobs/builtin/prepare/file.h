/* A file in /outputs that is written piece by piece. */
#ifndef FILE_H
#define FILE_H

#include "tadpole.h"

struct file {
    int32_t fd;
    uint32_t waiting;
    uint64_t size; /* of all that was written */
    uint8_t buffer[1 << 14];
};

static void drain(struct file *f) {
    for (uint32_t at = 0; at < f->waiting;) {
        struct vec v = {f->buffer + at, f->waiting - at};
        uint32_t done;
        if (fd_write(f->fd, &v, 1, &done) != 0 || done == 0) fail(ERR_WRITE, "cannot write what was prepared", word(""));
        at += done;
    }
    f->waiting = 0;
}

static void open_output(struct file *f, const char *path) {
    f->fd = open_file(path, CREATE_TRUNCATE, RIGHT_WRITE);
    if (f->fd < 0) fail(ERR_WRITE, "cannot write ", word(path));
}

static void put(struct file *f, const void *data, uint32_t size) {
    const uint8_t *from = data;
    for (uint32_t i = 0; i < size; i++) {
        if (f->waiting == sizeof f->buffer) drain(f);
        f->buffer[f->waiting++] = from[i];
    }
    f->size += size;
}

static void close_output(struct file *f) {
    drain(f);
    if (fd_close(f->fd) != 0) fail(ERR_WRITE, "cannot write what was prepared", word(""));
}

#endif
