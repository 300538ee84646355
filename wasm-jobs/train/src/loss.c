/* Losses: softmax cross entropy, and the mean of squares as PyTorch's MSELoss
 * (mean over outputs and batch). */
#include "job.h"

static enum status cross_entropy(struct job *job, const float *out, float *delta, uint32_t label, uint32_t n, uint32_t batch) {
    if (label >= n) return ERR_LABEL;
    uint32_t best = 0;
    for (uint32_t j = 1; j < n; j++)
        if (out[j] > out[best]) best = j;
    double sum = 0, top = out[best];
    for (uint32_t j = 0; j < n; j++) sum = sum + exponential((double)out[j] - top);
    job->metrics.loss = job->metrics.loss + (logarithm(sum) - ((double)out[label] - top));
    job->metrics.correct += best == label;
    if (job->plan->mode != TRAIN) return OK;
    for (uint32_t j = 0; j < n; j++) {
        double p = exponential((double)out[j] - top) / sum;
        delta[j] = (float)((p - (j == label ? 1.0 : 0.0)) / batch);
    }
    return OK;
}

static void squares(struct job *job, const float *out, float *delta, const float *target, uint32_t n, uint32_t batch) {
    double sum = 0;
    for (uint32_t j = 0; j < n; j++) {
        double d = (double)out[j] - (double)target[j];
        sum = sum + d * d;
        if (job->plan->mode == TRAIN) delta[j] = (float)(2.0 * d / ((double)n * batch));
    }
    job->metrics.loss = job->metrics.loss + sum / n;
}

enum status loss_of_batch(struct job *job, uint32_t batch) {
    uint32_t n = job->plan->outputs;
    const float *out = job->activations[job->plan->layers];
    for (uint32_t s = 0; s < batch; s++, out += n) {
        float *delta = job->delta + s * n;
        if (job->plan->loss == CROSS_ENTROPY) {
            enum status status = cross_entropy(job, out, delta, job->classes[s], n, batch);
            if (status != OK) return status;
        } else {
            squares(job, out, delta, job->targets + s * n, n, batch);
        }
    }
    job->metrics.samples += batch;
    double loss = job->metrics.loss;
    return loss - loss == 0 ? OK : ERR_FINITE; /* Inf and NaN give NaN */
}
