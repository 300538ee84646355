/* One step of stochastic gradient descent, in this order:
 *   g = gradient of the batch's mean loss, scaled down to the clipping norm;
 *   g = g + decay * w + proximal * (w - base)      (Li et al. 2020, FedProx)
 *   v = momentum * v + g;  w = w - rate * v        (as PyTorch's SGD) */
#include "gemm.h"
#include "job.h"

static void clip(struct job *job) {
    uint32_t n = job->plan->parameters;
    double sum = 0, limit = job->plan->clip;
    for (uint32_t i = 0; i < n; i++) sum = sum + (double)job->gradient[i] * (double)job->gradient[i];
    double norm = __builtin_sqrt(sum);
    if (!(norm > limit)) return;
    float scale = (float)(limit / norm);
    for (uint32_t i = 0; i < n; i++) job->gradient[i] = job->gradient[i] * scale;
}

void sgd_step(struct job *job) {
    const struct plan *plan = job->plan;
    uint32_t n = plan->parameters;
    float *g = job->gradient, *w = job->weights;
    if (plan->clip > 0) clip(job);
    if (plan->decay != 0) axpy(g, plan->decay, w, n);
    if (plan->proximal != 0) {
        axpy(g, plan->proximal, w, n);
        axpy(g, -plan->proximal, job->base, n);
    }
    if (plan->momentum != 0) {
        float *v = job->velocity, m = plan->momentum;
        for (uint32_t i = 0; i < n; i++) v[i] = m * v[i] + g[i];
        g = v;
    }
    axpy(w, -plan->rate, g, n);
}
