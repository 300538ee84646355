/* What the job has written so far: it stays in this module's memory until the job
 * has ended, so that no host ever sees it in the clear on its disk. */
#ifndef FILES_H
#define FILES_H

#include "guest.h"

enum { BLOCK = 1 << 16, MAX_FILES = 64, MAX_NAME = 255, TABLES = 256 };

/* A file's content is in blocks, found by two steps of a byte each. */
struct file {
    uint8_t name[MAX_NAME];
    uint32_t name_size;
    uint64_t size;
    uint8_t **tables[TABLES];
};

extern struct file files[MAX_FILES];
extern uint32_t file_count;

/* Finds a file by its name; NULL = there is none. */
struct file *find_file(const uint8_t *name, uint32_t size);

/* Makes an empty file. A job with too many is stopped, as it is in the sandbox. */
struct file *new_file(const uint8_t *name, uint32_t size);

/* Writes what lies in the job's memory. A job whose files are more than this
 * module's memory takes is stopped. */
void write_file(struct file *f, uint64_t at, address from, uint32_t size);

void empty_file(struct file *f);

/* Gives the block with a byte of a file. */
static inline uint8_t *block_of(const struct file *f, uint64_t at) { return f->tables[at >> 24][at >> 16 & 0xff]; }

#endif
