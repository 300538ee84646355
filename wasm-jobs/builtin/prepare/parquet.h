/* A Parquet file: plain, uncompressed, one row group, one page a column. What describes it
 * is Thrift's compact protocol, of which this has what it takes. */
#ifndef PARQUET_H
#define PARQUET_H

#include "file.h"

/* Types of Thrift's fields. */
enum { TRUE = 1, I32 = 5, I64 = 6, BINARY = 8, LIST = 9, STRUCT = 12 };

static void put_byte(struct file *f, uint32_t b) {
    uint8_t one = (uint8_t)b;
    put(f, &one, 1);
}

static void put_varint(struct file *f, uint64_t v) {
    for (; v > 127; v >>= 7) put_byte(f, (uint32_t)(v & 127) | 128);
    put_byte(f, (uint32_t)v);
}

/* A field's head: how much its number is more than that of the one before. */
static void field(struct file *f, uint32_t more, uint32_t type) { put_byte(f, more << 4 | type); }

static void put_int(struct file *f, uint32_t more, uint32_t type, uint64_t v) {
    field(f, more, type);
    put_varint(f, v << 1); /* zigzag, of what is not negative */
}

static void put_text(struct file *f, struct text t) {
    put_varint(f, t.size);
    put(f, t.at, t.size);
}

static void put_list(struct file *f, uint32_t n, uint32_t type) {
    put_byte(f, (n < 15 ? n : 15) << 4 | type);
    if (n >= 15) put_varint(f, n);
}

/* A column of a row group. */
struct parquet_column {
    struct text stream, name; /* "stream/name", or the name alone if the stream is empty */
    uint32_t type;            /* below */
    uint64_t at, size;        /* of its page, in the file */
};

enum { TIME = 2, DOUBLE = 5, STRING = 6 }; /* Parquet's types INT64, DOUBLE, BYTE_ARRAY */

static void put_name(struct file *f, const struct parquet_column *c) {
    put_varint(f, c->name.size + (c->stream.size ? c->stream.size + 1 : 0));
    if (c->stream.size) {
        put(f, c->stream.at, c->stream.size);
        put_byte(f, '/');
    }
    put(f, c->name.at, c->name.size);
}

/* The head of a page that holds so many bytes. */
static void put_page_header(struct file *f, uint32_t bytes, uint32_t rows) {
    put_int(f, 1, I32, 0); /* a data page */
    put_int(f, 1, I32, bytes);
    put_int(f, 1, I32, bytes);
    field(f, 2, STRUCT);
    put_int(f, 1, I32, rows);
    put_int(f, 1, I32, 0); /* plain */
    put_int(f, 1, I32, 3); /* which values there are: run lengths and bits */
    put_int(f, 1, I32, 3);
    put_byte(f, 0);
    put_byte(f, 0);
}

static void put_schema(struct file *f, const struct parquet_column *columns, uint32_t n) {
    put_list(f, n + 1, STRUCT);
    field(f, 4, BINARY);
    put_text(f, word("readings"));
    put_int(f, 1, I32, n);
    put_byte(f, 0);
    for (uint32_t i = 0; i < n; i++) {
        const struct parquet_column *c = &columns[i];
        put_int(f, 1, I32, c->type);
        put_int(f, 2, I32, c->type == DOUBLE); /* optional, or required */
        field(f, 1, BINARY);
        put_name(f, c);
        if (c->type == STRING) put_int(f, 2, I32, 0); /* UTF8 */
        if (c->type == TIME) { /* the logical type TIMESTAMP: in UTC, nanoseconds */
            field(f, 6, STRUCT);
            field(f, 8, STRUCT);
            field(f, 1, TRUE);
            field(f, 1, STRUCT);
            field(f, 3, STRUCT);
            for (int ends = 0; ends < 4; ends++) put_byte(f, 0);
        }
        put_byte(f, 0);
    }
}

/* Ends the file. */
static void put_footer(struct file *f, const struct parquet_column *columns, uint32_t n, uint64_t rows) {
    uint64_t begin = f->size;
    put_int(f, 1, I32, 1); /* version */
    field(f, 1, LIST);
    put_schema(f, columns, n);
    put_int(f, 1, I64, rows);
    field(f, 1, LIST);
    put_list(f, 1, STRUCT);
    field(f, 1, LIST);
    put_list(f, n, STRUCT);
    uint64_t all = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct parquet_column *c = &columns[i];
        all += c->size;
        put_int(f, 2, I64, c->at);
        field(f, 1, STRUCT);
        put_int(f, 1, I32, c->type);
        field(f, 1, LIST);
        put_list(f, 2, I32);
        put_varint(f, 0);      /* plain */
        put_varint(f, 3 << 1); /* run lengths */
        field(f, 1, LIST);
        put_list(f, 1, BINARY);
        put_name(f, c);
        put_int(f, 1, I32, 0); /* uncompressed */
        put_int(f, 1, I64, rows);
        put_int(f, 1, I64, c->size);
        put_int(f, 1, I64, c->size);
        put_int(f, 2, I64, c->at);
        put_byte(f, 0);
        put_byte(f, 0);
    }
    put_int(f, 1, I64, all);
    put_int(f, 1, I64, rows);
    put_byte(f, 0);
    field(f, 2, BINARY);
    put_text(f, word("tadpole"));
    put_byte(f, 0);
    uint32_t size = (uint32_t)(f->size - begin);
    put(f, &size, 4);
    put(f, "PAR1", 4);
}

#endif
