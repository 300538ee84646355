/* One update: its header is held to the form and to the weight that its sender
 * claimed, its values to the range, in the order in which combine does. */
#include "fold.h"

enum { FIXED_HEADER = 24 };

/* The fixed part of an update's header; the exponents follow. */
struct header {
    uint32_t magic;
    uint8_t width, zero;
    uint16_t tensors;
    uint64_t values;
    uint32_t samples, zeros;
};

uint32_t size_of_header(const struct form *form) { return (FIXED_HEADER + form->tensors + 7u) & ~7u; }

uint64_t size_of_update(const struct form *form, uint64_t values) {
    return values > UINT32_MAX / 4 ? 0 : size_of_header(form) + values * form->width;
}

static enum status check_header(const struct form *form, uint64_t values, uint64_t samples, const uint8_t *update, uint64_t size) {
    if (samples < 1 || samples > form->max_samples) return ERR_RANGE;
    uint32_t begin = size_of_header(form);
    if (size < begin) return ERR_UPDATE;
    const struct header *h = (const struct header *)update;
    if (h->magic != UPDATE || h->tensors != form->tensors || h->width != form->width || h->zero != 0 || h->zeros != 0) return ERR_UPDATE;
    for (uint32_t i = FIXED_HEADER + form->tensors; i < begin; i++)
        if (update[i] != 0) return ERR_UPDATE;
    if (h->values != values || h->samples != samples) return ERR_UPDATE;
    for (uint32_t t = 0; t < form->tensors; t++) {
        int32_t exponent = (int8_t)update[FIXED_HEADER + t];
        if (exponent > form->scale_bits || form->scale_bits - exponent > MAX_SHIFT) return ERR_RANGE;
    }
    return OK;
}

enum status add_update(const struct form *form, uint64_t values, uint64_t samples, const uint8_t *update, uint64_t size, int64_t *sum) {
    enum status status = check_header(form, values, samples, update, size);
    if (status != OK) return status;
    uint32_t begin = size_of_header(form), width = form->width;
    if ((size - begin) % width != 0 || (size - begin) / width > values) return ERR_UPDATE;
    const uint64_t share = (uint64_t)HEADROOM / form->max_updates / samples;
    const uint8_t *at = update + begin;
    uint64_t left = (size - begin) / width;
    const int whole = left == values;
    for (uint32_t t = 0; t < form->tensors && left > 0; t++) {
        uint32_t shift = (uint32_t)(form->scale_bits - (int8_t)update[FIXED_HEADER + t]);
        uint64_t n = form->counts[t] < left ? form->counts[t] : left, limit = share >> shift;
        /* Usually no value of this width can exceed the limit. */
        if (limit < (uint64_t)1 << (8 * width - 1) && largest(at, n, width) > limit) return ERR_RANGE;
        add_scaled(sum, at, n, width, (int64_t)(samples << shift));
        at += n * width, sum += n, left -= n;
    }
    return whole ? OK : ERR_UPDATE;
}
