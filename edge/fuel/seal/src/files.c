#include "files.h"

struct file files[MAX_FILES];
uint32_t file_count;

/* Free blocks hang together by their first words and are zero behind them. */
static uint8_t *free_blocks;
static uint8_t *table_room, *table_end;

static uint8_t *new_block(void) {
    if (!free_blocks) {
        size_t pages = 16, at = __builtin_wasm_memory_grow(0, pages);
        if (at == (size_t)-1) at = __builtin_wasm_memory_grow(0, pages = 1);
        if (at == (size_t)-1) __builtin_trap();
        while (pages-- > 0) {
            uint8_t *block = (uint8_t *)((at + pages) << 16);
            *(uint8_t **)block = free_blocks;
            free_blocks = block;
        }
    }
    uint8_t *block = free_blocks;
    free_blocks = *(uint8_t **)block;
    *(uint8_t **)block = NULL;
    return block;
}

static uint8_t **new_table(void) {
    if (table_room == table_end) {
        table_room = new_block();
        table_end = table_room + BLOCK;
    }
    uint8_t **table = (uint8_t **)table_room;
    table_room += TABLES * sizeof *table;
    return table;
}

struct file *find_file(const uint8_t *name, uint32_t size) {
    for (struct file *f = files; f < files + file_count; f++)
        if (f->name_size == size && __builtin_memcmp(f->name, name, size) == 0) return f;
    return NULL;
}

struct file *new_file(const uint8_t *name, uint32_t size) {
    if (file_count == MAX_FILES) __builtin_trap();
    struct file *f = &files[file_count++];
    __builtin_memcpy(f->name, name, size);
    f->name_size = size;
    return f;
}

/* Makes room up to an end. */
static void extend(struct file *f, uint64_t end) {
    if (end > (uint64_t)TABLES * TABLES * BLOCK) __builtin_trap();
    for (uint64_t at = (f->size + BLOCK - 1) / BLOCK * BLOCK; at < end; at += BLOCK) {
        uint8_t ***table = &f->tables[at >> 24];
        if (!*table) *table = new_table();
        (*table)[at >> 16 & 0xff] = new_block();
    }
    if (end > f->size) f->size = end;
}

void write_file(struct file *f, uint64_t at, address from, uint32_t size) {
    extend(f, at + size);
    while (size > 0) {
        uint32_t within = at & (BLOCK - 1), part = BLOCK - within;
        if (part > size) part = size;
        load(block_of(f, at) + within, from, part);
        at += part;
        from += part;
        size -= part;
    }
}

void empty_file(struct file *f) {
    for (uint64_t at = 0; at < f->size; at += BLOCK) {
        uint8_t *block = block_of(f, at);
        __builtin_memset(block, 0, BLOCK);
        *(uint8_t **)block = free_blocks;
        free_blocks = block;
    }
    f->size = 0;
}
