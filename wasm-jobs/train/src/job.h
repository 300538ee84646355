/* One training or evaluation job: what the plan says, and what comes of it.
 * The plan's layout is internal/plan's; both sides are changed together. */
#ifndef JOB_H
#define JOB_H

#include <stddef.h>
#include <stdint.h>

#include "layer.h"

/* How a job ends; the exit codes of train.wasm, which train.go repeats. */
enum status {
    OK = 0,
    ERR_OPEN = 10,   /* an input file cannot be opened or read */
    ERR_PLAN = 11,   /* the plan is malformed */
    ERR_FILES = 12,  /* model or data are not of the size that the plan says */
    ERR_MEMORY = 13, /* the memory limit is too low */
    ERR_FINITE = 14, /* the loss or the update is not finite: the training diverged */
    ERR_LABEL = 15,  /* a label is outside the model's classes */
    ERR_WRITE = 16,  /* an output file cannot be written */
    ERR_RANGE = 17,  /* the update is too large for its fixed point */
};

enum mode { TRAIN = 0, EVALUATE = 1 };
enum loss { CROSS_ENTROPY = 0, SQUARES = 1, RECONSTRUCTION = 2 };
enum kind { DENSE = 0, CONV2D = 1, MAXPOOL2D = 2, RELU = 3 };
enum dtype { U8 = 0, I32 = 1, I64 = 2, F32 = 3, NONE = 4 };

enum { MAX_LAYERS = 256 };

/* The head of plan.bin; the layers and the parameters in each tensor follow.
 * x_at, y_at and weights_at are bytes into the files. */
struct plan {
    uint32_t magic, mode, layers, tensors, samples, features, outputs, batch, epochs, loss, parameters;
    uint32_t width, scale_bits, x_type, y_type, x_at, y_at, weights_at, model_size, data_size;
    float rate, momentum, decay, proximal, clip, x_scale, x_shift;
    uint32_t seed_low, seed_high, zero;
};

struct metrics {
    uint64_t samples, steps, correct;
    double loss; /* summed over the samples as they were seen */
};

struct job {
    const struct plan *plan;
    const struct layer *layers;
    const uint32_t *counts;            /* parameters in each tensor */
    uint8_t *model, *data;             /* for the host to fill */
    const float *base;                 /* the model's weights as they came */
    float *weights;                    /* as they are trained */
    float *gradient, *velocity;
    float *activations[MAX_LAYERS + 1]; /* activations[l] goes into layer l */
    float *delta, *delta_next;         /* gradients of the activations */
    struct workspace workspace;
    float *targets;                    /* of the present batch, where the loss is of squares */
    uint32_t *classes;                 /* of the present batch, where it is cross entropy */
    uint32_t *order;                   /* of the samples in the present epoch */
    uint32_t epoch, first;             /* the batch that comes next: its epoch, and its first sample in order */
    enum status status;
    struct metrics metrics;
    uint8_t *update; /* NULL if there is none */
    size_t update_size;
};

/* Memory comes from the host and is never given back. NULL = there is none. */
void *allocate(uint64_t bytes);

/* memory.c: checks the plan and takes all the memory that the job will need, at
 * once, because to grow a WASM memory may copy it. */
enum status prepare_job(struct job *job, const uint8_t *plan, size_t plan_size);

/* job.c: the job, when job->model and job->data are filled: step_job does one batch
 * and gives 0 when there is no more to do. The outputs are then in job->metrics and,
 * after end_job, in job->update. */
void begin_job(struct job *job);
int step_job(struct job *job);
enum status end_job(struct job *job);

/* batch.c: brings samples order[first ..] into activations[0], classes and
 * targets. */
void load_batch(struct job *job, uint32_t first, uint32_t batch);

/* loss.c: adds to job->metrics, and in training leaves the gradient of the mean
 * loss over the batch in job->delta. */
enum status loss_of_batch(struct job *job, uint32_t batch);

/* sgd.c */
void sgd_step(struct job *job);

/* update.c: the file's size, and the file, which takes the gradient's place. */
uint64_t size_of_update(const struct plan *plan);
enum status write_update(struct job *job);

/* elementary.c */
double exponential(double x);
double logarithm(double x);

/* A pure function that mixes 64 bits (Steele et al. 2014, SplitMix64). */
static inline uint64_t mix64(uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline uint64_t seed_of(const struct plan *p) { return (uint64_t)p->seed_high << 32 | p->seed_low; }

#endif
