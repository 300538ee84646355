/* Writes a window's readings as /outputs/readings.csv and /outputs/readings.parquet: time,
 * source, and a column for each channel of each input. README.md has the form. */
#include "number.h"
#include "parquet.h"

static struct file csv, parquet;
static struct parquet_column columns[2 + MAX_STREAMS * 16];
static struct {
    int32_t stream;
    uint32_t column;
} from[2 + MAX_STREAMS * 16];
static uint32_t count, rows;

static void find_columns(void) {
    columns[count++] = (struct parquet_column){word(""), word("time"), TIME, 0, 0};
    columns[count++] = (struct parquet_column){word(""), word("source"), STRING, 0, 0};
    for (int32_t s = 0; s < stream_count; s++)
        for (uint32_t i = 0;; i++) {
            struct text name = channel(s, i);
            if (!name.size) break;
            if (count == sizeof columns / sizeof *columns) fail(ERR_CONFIG, "more channels than prepare can write, at ", name);
            from[count].stream = s;
            from[count].column = i;
            columns[count++] = (struct parquet_column){stream_count > 1 ? streams[s] : word(""), name, DOUBLE, 0, 0};
        }
}

static void put_quoted(struct text t) {
    for (uint32_t i = 0; i < t.size; i++) {
        if (t.at[i] == '"') put_byte(&csv, '"');
        put_byte(&csv, (uint8_t)t.at[i]);
    }
}

static void write_csv(void) {
    open_output(&csv, "/outputs/readings.csv");
    for (uint32_t i = 0; i < count; i++) {
        struct parquet_column *c = &columns[i];
        if (i) put_byte(&csv, ',');
        int quoted = 0;
        for (uint32_t k = 0; k < c->name.size; k++) quoted |= c->name.at[k] == ',' || c->name.at[k] == '"' || c->name.at[k] == '\r';
        if (quoted) put_byte(&csv, '"');
        if (c->stream.size) {
            put(&csv, c->stream.at, c->stream.size);
            put_byte(&csv, '/');
        }
        if (quoted) put_quoted(c->name), put_byte(&csv, '"');
        else put(&csv, c->name.at, c->name.size);
    }
    put_byte(&csv, '\n');
    struct reading r;
    char number[NUMBER_SIZE];
    for (again(); next_reading(&r);) {
        if (r.stream == stream_count) continue;
        rows++;
        if (r.time < 0) put_byte(&csv, '-');
        put(&csv, number, put_whole(number, r.time < 0 ? -(uint64_t)r.time : (uint64_t)r.time));
        put_byte(&csv, ',');
        put(&csv, streams[r.stream].at, streams[r.stream].size);
        for (uint32_t i = 2; i < count; i++) {
            double v = value(&r, from[i].stream, (int32_t)from[i].column);
            put_byte(&csv, ',');
            if (v == v) put(&csv, number, put_number(number, v));
        }
        put_byte(&csv, '\n');
    }
    close_output(&csv);
}

/* Which values of a column there are: a run of bits, in whole bytes. */
static void put_levels(uint32_t i) {
    struct reading r;
    uint32_t bits = 0, n = 0;
    for (again(); next_reading(&r);) {
        if (r.stream == stream_count) continue;
        double v = value(&r, from[i].stream, (int32_t)from[i].column);
        bits |= (uint32_t)(v == v) << n % 8;
        if (++n % 8 == 0) put_byte(&parquet, bits), bits = 0;
    }
    if (n % 8) put_byte(&parquet, bits);
}

static void put_column(uint32_t i) {
    struct parquet_column *c = &columns[i];
    struct reading r;
    uint64_t bytes = 0;
    for (again(); next_reading(&r);) {
        if (r.stream == stream_count) continue;
        double v = c->type == DOUBLE ? value(&r, from[i].stream, (int32_t)from[i].column) : 0;
        bytes += c->type == STRING ? 4 + streams[r.stream].size : v == v ? 8 : 0;
    }
    uint32_t groups = (rows + 7) / 8, head = groups << 1 | 1, head_size = 1;
    for (uint32_t h = head; h > 127; h >>= 7) head_size++;
    uint32_t levels = c->type == DOUBLE ? head_size + groups : 0;
    if (c->type == DOUBLE) bytes += 4 + levels;
    if (bytes > INT32_MAX) fail(ERR_WRITE, "a window of so many readings is no page; choose a smaller one", word(""));
    c->at = parquet.size;
    put_page_header(&parquet, (uint32_t)bytes, rows);
    if (c->type == DOUBLE) {
        put(&parquet, &levels, 4);
        put_varint(&parquet, head);
        put_levels(i);
    }
    for (again(); next_reading(&r);) {
        if (r.stream == stream_count) continue;
        if (c->type == TIME) put(&parquet, &r.time, 8);
        if (c->type == STRING) {
            put(&parquet, &streams[r.stream].size, 4);
            put(&parquet, streams[r.stream].at, streams[r.stream].size);
        }
        if (c->type == DOUBLE) {
            double v = value(&r, from[i].stream, (int32_t)from[i].column);
            if (v == v) put(&parquet, &v, 8);
        }
    }
    c->size = parquet.size - c->at;
}

void _start(void) {
    open_job();
    if (!batch) fail(ERR_CONFIG, "prepare needs a window in edge.toml", word(""));
    find_columns();
    write_csv();
    open_output(&parquet, "/outputs/readings.parquet");
    put(&parquet, "PAR1", 4);
    for (uint32_t i = 0; i < count; i++) put_column(i);
    put_footer(&parquet, columns, count, rows);
    close_output(&parquet);
    struct reading r = {0, 0, 0, 0};
    for (again(); next_reading(&r);) {}
    double out = rows;
    emit(r.time, &out, 1);
    close_job();
}
