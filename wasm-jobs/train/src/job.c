/* The course of a job: epoch after epoch, batch after batch. All that it is between
 * two steps is in struct job and what that points to. */
#include "job.h"

/* Fisher and Yates, seeded by the task and the epoch. */
static void shuffle(struct job *job, uint32_t epoch) {
    uint64_t state = mix64(seed_of(job->plan) + epoch);
    for (uint32_t i = job->plan->samples - 1; i > 0; i--) {
        state = mix64(state);
        uint32_t j = (uint32_t)(((state >> 32) * (i + 1)) >> 32);
        uint32_t swap = job->order[i];
        job->order[i] = job->order[j];
        job->order[j] = swap;
    }
}

static void forward(struct job *job, uint32_t batch) {
    for (uint32_t i = 0; i < job->plan->layers; i++) {
        const struct layer *l = &job->layers[i];
        const float *x = job->activations[i];
        float *y = job->activations[i + 1];
        switch (l->kind) {
        case DENSE: dense_forward(y, x, l, job->weights, batch, &job->workspace); break;
        case CONV2D: conv2d_forward(y, x, l, job->weights, batch, &job->workspace); break;
        case MAXPOOL2D: maxpool2d_forward(y, x, l, batch); break;
        default: relu_forward(y, x, batch * in_size(l));
        }
    }
}

/* From the gradient of the last activations in job->delta. */
static void backward(struct job *job, uint32_t batch) {
    float *dy = job->delta, *other = job->delta_next;
    for (uint32_t i = job->plan->layers; i-- > 0;) {
        const struct layer *l = &job->layers[i];
        const float *x = job->activations[i], *y = job->activations[i + 1];
        float *dx = i > 0 ? other : NULL; /* nobody asks for the data's gradient */
        switch (l->kind) {
        case DENSE: dense_backward(dx, job->gradient, x, dy, l, job->weights, batch, &job->workspace); break;
        case CONV2D: conv2d_backward(dx, job->gradient, x, dy, l, job->weights, batch, &job->workspace); break;
        case MAXPOOL2D:
            if (dx) maxpool2d_backward(dx, x, dy, l, batch);
            break;
        default:
            if (dx) relu_backward(dx, y, dy, batch * in_size(l));
        }
        other = dy;
        dy = dx;
    }
}

static enum status learn(struct job *job, uint32_t first, uint32_t batch) {
    load_batch(job, first, batch);
    forward(job, batch);
    enum status status = loss_of_batch(job, batch);
    if (status != OK || job->plan->mode != TRAIN) return status;
    backward(job, batch);
    sgd_step(job);
    job->metrics.steps++;
    return OK;
}

void begin_job(struct job *job) {
    const struct plan *p = job->plan;
    for (uint32_t i = 0; i < p->samples; i++) job->order[i] = i;
    if (p->mode != TRAIN) return;
    __builtin_memcpy(job->weights, job->base, (size_t)p->parameters * sizeof(float));
    if (p->momentum != 0) __builtin_memset(job->velocity, 0, (size_t)p->parameters * sizeof(float));
}

int step_job(struct job *job) {
    const struct plan *p = job->plan;
    int training = p->mode == TRAIN;
    if (job->epoch == (training ? p->epochs : 1)) return 0;
    if (training && job->first == 0) shuffle(job, job->epoch);
    uint32_t left = p->samples - job->first, batch = left < p->batch ? left : p->batch;
    job->status = learn(job, job->first, batch);
    job->first += batch;
    if (job->first == p->samples) {
        job->first = 0;
        job->epoch++;
    }
    return job->status == OK;
}

enum status end_job(struct job *job) {
    return job->status == OK && job->plan->mode == TRAIN ? write_update(job) : job->status;
}
