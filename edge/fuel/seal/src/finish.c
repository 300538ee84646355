/* A job's end: all that it left goes into one file, a tar archive that only the
 * receiver can open. */
#include "age.h"
#include "calls.h"
#include "entropy.h"
#include "files.h"
#include "own.h"

/* Exit codes; with either, the host holds nothing of the job. */
enum { ERR_WRITE = 250, ERR_ENTROPY = 251 };
enum { ROOT = 3, CREATE_TRUNCATE = 1 | 8, RIGHT_WRITE = 1 << 6, RECORD = 512, SHORT_NAME = 100 };

/* Package seal puts the receiver's key in the place of the mark. */
static volatile const uint8_t receiver[32] = "TPRECEIVER......................";

static const char path[] = "meter/sealed";
static int32_t out;

/* The end of what was printed. */
enum { TAIL = 1 << 16 };
static struct tail {
    uint8_t bytes[TAIL];
    uint64_t size; /* all that was printed */
} printed[2];

void print(int32_t stream, address from, uint32_t size) {
    struct tail *t = &printed[stream - 1];
    if (size > TAIL) {
        from += size - TAIL;
        t->size += size - TAIL;
        size = TAIL;
    }
    uint32_t at = t->size % TAIL, part = TAIL - at < size ? TAIL - at : size;
    load(t->bytes + at, from, part);
    load(t->bytes, from + part, size - part);
    t->size += size;
}

bool emit(const void *data, size_t size) {
    const uint8_t *from = data;
    while (size > 0) {
        struct vec vec = {from, (uint32_t)size};
        uint32_t done = 0;
        if (own_fd_write(out, &vec, 1, &done) != 0 || done == 0 || done > size) return false;
        from += done;
        size -= done;
    }
    return true;
}

static void octal(char *to, int digits, uint64_t value) {
    for (to += digits; digits > 0; digits--, value >>= 3) *--to = (char)('0' + (value & 7));
}

/* A header of the ustar format (POSIX.1-1988), with all zero that says nothing of
 * the job. */
static bool put_header(char kind, const uint8_t *name, uint32_t name_size, uint64_t size) {
    char record[RECORD] = {0};
    __builtin_memcpy(record, name, name_size < SHORT_NAME ? name_size : SHORT_NAME);
    octal(record + 100, 7, 0600);
    octal(record + 108, 7, 0);
    octal(record + 116, 7, 0);
    octal(record + 124, 11, size);
    octal(record + 136, 11, 0);
    record[156] = kind;
    __builtin_memcpy(record + 257, "ustar  ", 8); /* GNU's, for its long names */
    uint32_t sum = 8 * ' '; /* the sum's own field counts as blank */
    for (size_t i = 0; i < RECORD; i++) sum += (uint8_t)record[i];
    octal(record + 148, 6, sum);
    record[155] = ' ';
    return age_write(record, RECORD);
}

static bool pad(uint64_t size) {
    static const uint8_t zero[RECORD];
    return age_write(zero, (RECORD - size % RECORD) % RECORD);
}

static bool begin_entry(const char *directory, const uint8_t *name, uint32_t size, uint64_t content) {
    uint8_t whole[16 + MAX_NAME];
    uint32_t n = (uint32_t)__builtin_strlen(directory);
    __builtin_memcpy(whole, directory, n);
    __builtin_memcpy(whole + n, name, size);
    n += size;
    if (n > SHORT_NAME) {
        static const char link[] = "././@LongLink";
        if (!put_header('L', (const uint8_t *)link, sizeof link - 1, n) || !age_write(whole, n) || !pad(n)) return false;
    }
    return put_header('0', whole, n, content);
}

static bool put_file(const struct file *f) {
    if (!begin_entry("outputs/", f->name, f->name_size, f->size)) return false;
    for (uint64_t at = 0; at < f->size; at += BLOCK)
        if (!age_write(block_of(f, at), f->size - at < BLOCK ? f->size - at : BLOCK)) return false;
    return pad(f->size);
}

static bool put_small(const char *name, const void *data, size_t size) {
    return begin_entry("", (const uint8_t *)name, (uint32_t)__builtin_strlen(name), size) && age_write(data, size) && pad(size);
}

static bool put_printed(const char *name, const struct tail *t) {
    uint64_t size = t->size < TAIL ? t->size : TAIL, from = t->size < TAIL ? 0 : t->size % TAIL;
    return begin_entry("", (const uint8_t *)name, (uint32_t)__builtin_strlen(name), size) && age_write(t->bytes + from, size - from) && age_write(t->bytes, from) && pad(size);
}

static bool put_all(uint64_t fuel) {
    static const uint8_t end[2 * RECORD];
    for (uint32_t i = 0; i < file_count; i++)
        if (!put_file(&files[i])) return false;
    return put_small("meter/fuel", &fuel, sizeof fuel) && put_printed("stdout", &printed[0]) && put_printed("stderr", &printed[1]) && age_write(end, sizeof end);
}

/* Takes the fuel that is left, writes the sealed file and ends the run. */
__attribute__((export_name("finish"))) _Noreturn void finish(int32_t code, uint64_t fuel) {
    uint8_t seed[64], to[32];
    for (size_t i = 0; i < sizeof to; i++) to[i] = receiver[i];
    if (!gather(seed)) own_proc_exit(ERR_ENTROPY);
    bool done = own_path_open(ROOT, 0, path, sizeof path - 1, CREATE_TRUNCATE, RIGHT_WRITE, RIGHT_WRITE, 0, &out) == 0 &&
                age_begin(to, seed) && put_all(fuel) && age_end() && own_fd_close(out) == 0;
    own_proc_exit(done ? code : ERR_WRITE);
}
