/* The command: reads /inputs/shard.bin update by update, so that memory is for one
 * of them and the sum, and writes /outputs/sum.bin. */
#include "fold.h"

#include "../../wasi/wasi.h"

/* What precedes each update in a shard. */
struct entry {
    uint64_t samples, size;
};

/* The head of sum.bin; the form follows, then the counts, then the values. */
struct partial {
    uint32_t magic, form_size;
};

static int32_t file;
static uint64_t left; /* bytes of it to be read */

static void need(void *to, uint64_t size) {
    if (size > left) proc_exit(ERR_OPEN);
    read_all(file, to, (uint32_t)size);
    left -= size;
}

static uint32_t bits(uint64_t v) { return v ? 64 - (uint32_t)__builtin_clzll(v) : 0; }

/* As Form.Validate in aggregator/combine. */
static int valid(const struct form *f) {
    if (f->magic != FORM || (f->width != 1 && f->width != 2 && f->width != 4)) return 0;
    if (f->scale_bits > MAX_SCALE_BITS || f->tensors == 0 || f->max_samples < 1 || f->max_updates < 1) return 0;
    return bits(f->max_samples) + bits(f->max_updates) + f->scale_bits + 6 <= 62;
}

void _start(void) {
    file = open_input("/inputs/shard.bin", &left);
    struct form head;
    need(&head, sizeof head);
    if (!valid(&head)) proc_exit(ERR_SHARD);
    uint64_t form_size = sizeof head + 8 * (uint64_t)head.tensors;
    if (form_size - sizeof head > left) proc_exit(ERR_OPEN);
    uint8_t *start = allocate(sizeof(struct partial) + form_size + 16);
    if (!start) proc_exit(ERR_MEMORY);
    struct form *form = (struct form *)(start + sizeof(struct partial));
    *form = head;
    need(form->counts, form_size - sizeof head);
    uint64_t values = 0;
    for (uint32_t t = 0; t < form->tensors; t++) {
        if (form->counts[t] > UINT32_MAX) proc_exit(ERR_MEMORY);
        values += form->counts[t];
    }
    uint64_t update_size = size_of_update(form, values);
    if (update_size == 0) proc_exit(ERR_MEMORY);

    uint64_t *counts = (uint64_t *)(start + sizeof(struct partial) + form_size); /* updates, samples */
    uint64_t updates;
    need(&updates, sizeof updates);
    if (updates > form->max_updates) proc_exit(ERR_MANY);
    /* The sum lies right behind, so that the file is one piece; both at once,
     * because to grow a WASM memory may copy it. */
    int64_t *sum = (int64_t *)(counts + 2);
    uint64_t have = (uint64_t)(uintptr_t)allocate(0), want = (uint64_t)(uintptr_t)sum + 8 * values;
    if (!allocate(want - have + 16 + update_size)) proc_exit(ERR_MEMORY);
    uint8_t *update = (uint8_t *)(uintptr_t)((want + 15) & ~(uint64_t)15);

    counts[0] = updates;
    for (uint64_t i = 0; i < updates; i++) {
        struct entry entry;
        need(&entry, sizeof entry);
        if (entry.size > left) proc_exit(ERR_OPEN);
        uint64_t padded = (entry.size + 7) & ~(uint64_t)7;
        uint64_t most = entry.size < update_size ? entry.size : update_size;
        need(update, most);
        enum status status = add_update(form, values, entry.samples, update, entry.size, sum);
        if (status != OK) proc_exit(status);
        uint64_t padding = 0;
        need(&padding, padded - entry.size);
        if (padding != 0) proc_exit(ERR_SHARD);
        counts[1] += entry.samples;
    }
    if (left != 0) proc_exit(ERR_SHARD);
    fd_close(file);
    struct partial *partial = (struct partial *)start;
    partial->magic = PARTIAL;
    partial->form_size = (uint32_t)form_size;
    write_file("/outputs/sum.bin", start, (size_t)(want - (uint64_t)(uintptr_t)start));
}
