/* The course of a job: check the plan, get memory, then batch after batch. */
#include "gemm.h"
#include "job.h"

enum { MAGIC = 0x31505054 }; /* "TPP1" */

static uint32_t in_size(const struct layer *l) { return l->in_h * l->in_w * l->in_c; }
static uint32_t out_size(const struct layer *l) { return l->out_h * l->out_w * l->out_c; }
static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

static float *floats(size_t n) { return allocate(n * sizeof(float)); }

/* The host checks plans in full; this holds what memory safety needs, which the
 * sandbox would hold as well. */
static enum status check(const struct job *job, size_t plan_size, size_t model_size, size_t data_size) {
    const struct plan *p = job->plan;
    if (plan_size < sizeof *p || p->magic != MAGIC) return ERR_PLAN;
    if (p->layers == 0 || p->layers > 256 || p->tensors == 0 || p->tensors > 512 || p->samples == 0 || p->batch == 0) return ERR_PLAN;
    if (plan_size != sizeof *p + p->layers * sizeof(struct layer) + p->tensors * sizeof(uint32_t)) return ERR_PLAN;
    if (model_size != p->model_size || data_size != p->data_size) return ERR_FILES;
    if (p->weights_at + (uint64_t)p->parameters * 4 > model_size) return ERR_FILES;
    return OK;
}

static enum status prepare(struct job *job) {
    const struct plan *p = job->plan;
    uint32_t widest = 0, columns = 4, transposed = 4;
    job->activations = allocate((p->layers + 1) * sizeof(float *));
    if (!job->activations) return ERR_MEMORY;
    job->activations[0] = floats((size_t)p->batch * p->features);
    for (uint32_t i = 0; i < p->layers; i++) {
        const struct layer *l = &job->layers[i];
        widest = larger(widest, larger(in_size(l), out_size(l)));
        if (l->kind == CONV2D) {
            columns = larger(columns, l->out_h * l->out_w * l->kernel * l->kernel * l->in_c);
            transposed = larger(transposed, l->kernel * l->kernel * l->in_c * l->out_c);
        } else if (l->kind == DENSE) {
            transposed = larger(transposed, in_size(l) * l->out_c);
        }
        job->activations[i + 1] = floats((size_t)p->batch * out_size(l));
        if (!job->activations[i + 1]) return ERR_MEMORY;
    }
    uint32_t training = p->mode == TRAIN;
    job->base = (const float *)(job->model + p->weights_at);
    job->weights = training ? floats(p->parameters) : (float *)job->base;
    job->gradient = floats(training ? p->parameters : 1);
    job->velocity = floats(training && p->momentum != 0 ? p->parameters : 1);
    job->delta = floats((size_t)p->batch * widest);
    job->delta_next = floats((size_t)p->batch * widest);
    job->columns = floats(columns);
    job->scratch = floats(GEMM_SCRATCH);
    job->transposed = floats(training ? transposed : 1);
    job->targets = floats((size_t)p->batch * p->outputs);
    job->classes = allocate(p->batch * sizeof(uint32_t));
    job->order = allocate(p->samples * sizeof(uint32_t));
    if (!job->activations[0] || !job->weights || !job->gradient || !job->velocity || !job->delta || !job->delta_next ||
        !job->columns || !job->scratch || !job->transposed || !job->targets || !job->classes || !job->order)
        return ERR_MEMORY;
    if (training) {
        __builtin_memcpy(job->weights, job->base, (size_t)p->parameters * sizeof(float));
        if (p->momentum != 0) __builtin_memset(job->velocity, 0, (size_t)p->parameters * sizeof(float));
    }
    for (uint32_t i = 0; i < p->samples; i++) job->order[i] = i;
    return OK;
}

/* Fisher and Yates, seeded by the task and the epoch. */
static void shuffle(struct job *job, uint32_t epoch) {
    const struct plan *p = job->plan;
    uint64_t state = mix64(((uint64_t)p->seed_high << 32 | p->seed_low) + epoch);
    for (uint32_t i = p->samples - 1; i > 0; i--) {
        state = mix64(state);
        uint32_t j = (uint32_t)(((state >> 32) * (i + 1)) >> 32);
        uint32_t swap = job->order[i];
        job->order[i] = job->order[j];
        job->order[j] = swap;
    }
}

/* Brings samples order[first ..] into the input and target buffers. */
static void load_batch(struct job *job, uint32_t first, uint32_t batch) {
    const struct plan *p = job->plan;
    for (uint32_t s = 0; s < batch; s++) {
        uint32_t sample = job->order[first + s];
        float *x = job->activations[0] + (size_t)s * p->features;
        if (p->x_type == U8) {
            const uint8_t *from = job->data + p->x_at + (size_t)sample * p->features;
            for (uint32_t j = 0; j < p->features; j++) x[j] = (float)from[j] * p->x_scale + p->x_shift;
        } else {
            const float *from = (const float *)(job->data + p->x_at) + (size_t)sample * p->features;
            for (uint32_t j = 0; j < p->features; j++) x[j] = from[j] * p->x_scale + p->x_shift;
        }
        const uint8_t *y = job->data + p->y_at;
        switch (p->y_type) {
        case U8: job->classes[s] = y[sample]; break;
        case I32: job->classes[s] = ((const uint32_t *)y)[sample]; break;
        case I64: {
            uint64_t label;
            __builtin_memcpy(&label, y + (size_t)sample * 8, 8);
            job->classes[s] = label > UINT32_MAX ? UINT32_MAX : (uint32_t)label;
            break;
        }
        case F32:
            if (p->loss == CROSS_ENTROPY) { /* labels from a table */
                float label = ((const float *)y)[sample];
                job->classes[s] = label >= 0 && label < 1e6f ? (uint32_t)label : UINT32_MAX;
                break;
            }
            __builtin_memcpy(job->targets + (size_t)s * p->outputs, y + (size_t)sample * p->outputs * 4, p->outputs * 4);
            break;
        default: __builtin_memcpy(job->targets + (size_t)s * p->outputs, x, p->outputs * 4);
        }
    }
}

static enum status batch_step(struct job *job, uint32_t first, uint32_t batch) {
    load_batch(job, first, batch);
    for (uint32_t l = 0; l < job->plan->layers; l++) layer_forward(job, l, batch);
    enum status status = loss_of_batch(job, batch);
    if (status != OK || job->plan->mode != TRAIN) return status;
    for (uint32_t l = job->plan->layers; l-- > 0;) layer_backward(job, l, batch, l != 0);
    sgd_step(job);
    job->metrics.steps++;
    return OK;
}

enum status run_job(struct job *job, const uint8_t *plan, size_t plan_size, const uint8_t *model, size_t model_size,
                    const uint8_t *data, size_t data_size) {
    job->plan = (const struct plan *)plan;
    job->layers = (const struct layer *)(plan + sizeof(struct plan));
    job->model = model;
    job->data = data;
    enum status status = check(job, plan_size, model_size, data_size);
    if (status != OK) return status;
    job->counts = (const uint32_t *)(job->layers + job->plan->layers);
    if ((status = prepare(job)) != OK) return status;
    uint32_t epochs = job->plan->mode == TRAIN ? job->plan->epochs : 1;
    for (uint32_t epoch = 0; epoch < epochs; epoch++) {
        if (job->plan->mode == TRAIN) shuffle(job, epoch);
        for (uint32_t first = 0; first < job->plan->samples; first += job->plan->batch) {
            uint32_t left = job->plan->samples - first;
            status = batch_step(job, first, left < job->plan->batch ? left : job->plan->batch);
            if (status != OK) return status;
        }
    }
    return job->plan->mode == TRAIN ? write_update(job) : OK;
}
