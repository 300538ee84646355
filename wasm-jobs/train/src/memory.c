/* What a job needs in memory, and where it lies. */
#include "gemm.h"
#include "job.h"

enum { MAGIC = 0x31505054 }; /* "TPP1" */

static uint64_t size_of_label(const struct plan *p) {
    switch (p->y_type) {
    case U8: return 1;
    case I64: return 8;
    case NONE: return 0;
    default: return p->loss == SQUARES ? 4 * (uint64_t)p->outputs : 4;
    }
}

/* The host checks plans in full; this holds what a host that does not would
 * trip over. What is left to go wrong ends at the sandbox's wall. */
static enum status check(const struct plan *p, size_t size) {
    if (size < sizeof *p || p->magic != MAGIC) return ERR_PLAN;
    if (p->layers == 0 || p->layers > MAX_LAYERS || p->tensors == 0 || p->tensors > 2 * MAX_LAYERS) return ERR_PLAN;
    if (size != sizeof *p + p->layers * sizeof(struct layer) + p->tensors * sizeof(uint32_t)) return ERR_PLAN;
    if (p->samples == 0 || p->batch == 0 || p->batch > p->samples || p->mode > EVALUATE || p->loss > RECONSTRUCTION) return ERR_PLAN;
    if (p->width != 1 && p->width != 2 && p->width != 4) return ERR_PLAN;
    uint64_t feature = p->x_type == U8 ? 1 : 4, samples = p->samples;
    if (p->weights_at + (uint64_t)p->parameters * sizeof(float) > p->model_size) return ERR_FILES;
    if (p->x_at + samples * p->features * feature > p->data_size) return ERR_FILES;
    if (p->y_at + samples * size_of_label(p) > p->data_size) return ERR_FILES;
    return OK;
}

/* A stretch of memory that is laid out twice: at base 0 to know its size, and in
 * earnest. */
struct arena {
    uint8_t *base;
    uint64_t used;
};

static void *take(struct arena *a, uint64_t bytes) {
    uint64_t at = a->used;
    a->used = (at + bytes + 15) & ~(uint64_t)15;
    return a->base ? a->base + at : NULL;
}

static float *take_floats(struct arena *a, uint64_t n) { return take(a, n * sizeof(float)); }

static uint64_t larger(uint64_t a, uint64_t b) { return a > b ? a : b; }

static void lay_out(struct job *job, struct arena *a) {
    const struct plan *p = job->plan;
    int training = p->mode == TRAIN;
    uint64_t batch = p->batch, widest = 0, columns = 0, transposed = 0;
    job->model = take(a, p->model_size);
    job->data = take(a, p->data_size);
    job->activations[0] = take_floats(a, batch * p->features);
    for (uint32_t i = 0; i < p->layers; i++) {
        const struct layer *l = &job->layers[i];
        uint64_t cells = l->kind == DENSE ? in_size(l) : (uint64_t)l->kernel * l->kernel * l->in_c;
        widest = larger(widest, larger(in_size(l), out_size(l)));
        if (l->kind == CONV2D) columns = larger(columns, (uint64_t)l->out_h * l->out_w * cells);
        if (l->kind == CONV2D || l->kind == DENSE) transposed = larger(transposed, cells * l->out_c);
        job->activations[i + 1] = take_floats(a, batch * out_size(l));
    }
    job->workspace.gemm = take_floats(a, GEMM_SCRATCH);
    job->workspace.columns = take_floats(a, columns);
    job->targets = take_floats(a, p->loss == CROSS_ENTROPY ? 0 : batch * p->outputs);
    job->classes = take(a, p->loss == CROSS_ENTROPY ? batch * sizeof(uint32_t) : 0);
    job->order = take(a, p->samples * (uint64_t)sizeof(uint32_t));
    job->base = (const float *)(job->model + p->weights_at);
    job->weights = (float *)job->base;
    if (!training) return;
    job->weights = take_floats(a, p->parameters);
    job->gradient = take(a, larger(p->parameters * (uint64_t)sizeof(float), size_of_update(p)));
    job->velocity = take_floats(a, p->momentum != 0 ? p->parameters : 0);
    job->delta = take_floats(a, batch * widest);
    job->delta_next = take_floats(a, batch * widest);
    job->workspace.transposed = take_floats(a, transposed);
}

enum status prepare_job(struct job *job, const uint8_t *plan, size_t plan_size) {
    job->plan = (const struct plan *)plan;
    enum status status = check(job->plan, plan_size);
    if (status != OK) return status;
    job->layers = (const struct layer *)(job->plan + 1);
    job->counts = (const uint32_t *)(job->layers + job->plan->layers);
    uint64_t parameters = 0;
    for (uint32_t t = 0; t < job->plan->tensors; t++) parameters += job->counts[t];
    if (parameters != job->plan->parameters) return ERR_PLAN;
    struct arena a = {0};
    lay_out(job, &a);
    a.base = allocate(a.used);
    a.used = 0;
    if (!a.base) return ERR_MEMORY;
    lay_out(job, &a);
    return OK;
}
