/* Samples of the data file as the network takes them. */
#include "job.h"

/* Tensors of a data file may begin at any byte. */
static inline float float_at(const uint8_t *p) {
    float v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

static void load_features(float *x, const struct plan *p, const uint8_t *data, uint32_t sample) {
    uint32_t n = p->features;
    float scale = p->x_scale, shift = p->x_shift;
    if (p->x_type == U8) {
        const uint8_t *from = data + p->x_at + (size_t)sample * n;
        for (uint32_t j = 0; j < n; j++) x[j] = (float)from[j] * scale + shift;
    } else {
        const uint8_t *from = data + p->x_at + (size_t)sample * n * sizeof(float);
        for (uint32_t j = 0; j < n; j++) x[j] = float_at(from + j * sizeof(float)) * scale + shift;
    }
}

/* A label that is no class number becomes one that no model has. */
static uint32_t load_class(const struct plan *p, const uint8_t *data, uint32_t sample) {
    const uint8_t *y = data + p->y_at;
    switch (p->y_type) {
    case U8: return y[sample];
    case I32: {
        uint32_t label;
        __builtin_memcpy(&label, y + (size_t)sample * sizeof label, sizeof label);
        return label;
    }
    case I64: {
        uint64_t label;
        __builtin_memcpy(&label, y + (size_t)sample * sizeof label, sizeof label);
        return label > UINT32_MAX ? UINT32_MAX : (uint32_t)label;
    }
    default: { /* a column of a table */
        float label = float_at(y + (size_t)sample * sizeof label);
        if (!(label >= 0 && label < 1e6f)) return UINT32_MAX;
        uint32_t class = (uint32_t)label;
        return (float)class == label ? class : UINT32_MAX;
    }
    }
}

void load_batch(struct job *job, uint32_t first, uint32_t batch) {
    const struct plan *p = job->plan;
    size_t outputs = p->outputs * sizeof(float);
    for (uint32_t s = 0; s < batch; s++) {
        uint32_t sample = job->order[first + s];
        float *x = job->activations[0] + (size_t)s * p->features, *target = job->targets + (size_t)s * p->outputs;
        load_features(x, p, job->data, sample);
        switch (p->loss) {
        case CROSS_ENTROPY: job->classes[s] = load_class(p, job->data, sample); break;
        case SQUARES: __builtin_memcpy(target, job->data + p->y_at + sample * outputs, outputs); break;
        default: __builtin_memcpy(target, x, outputs);
        }
    }
}
