/* One step of stochastic gradient descent, in this order:
 *   g = gradient of the batch's mean loss, scaled down to the clipping norm;
 *   g = g + decay * w + proximal * (w - base)      (Li et al. 2020, FedProx)
 *   v = momentum * v + g;  w = w - rate * v        (as PyTorch's SGD) */
#include "gemm.h"
#include "job.h"

/* Four sums side by side, for speed; their order is part of the result. */
static double norm(const float *g, uint32_t n) {
    double sums[4] = {0, 0, 0, 0};
    uint32_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++) sums[k] = sums[k] + (double)g[i + k] * (double)g[i + k];
    for (; i < n; i++) sums[0] = sums[0] + (double)g[i] * (double)g[i];
    return __builtin_sqrt((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

static void clip(float *g, uint32_t n, double limit) {
    double length = norm(g, n);
    if (!(length > limit)) return;
    float scale = (float)(limit / length);
    for (uint32_t i = 0; i < n; i++) g[i] = g[i] * scale;
}

void sgd_step(struct job *job) {
    const struct plan *plan = job->plan;
    uint32_t n = plan->parameters;
    float *g = job->gradient, *w = job->weights;
    if (plan->clip > 0) clip(g, n, plan->clip);
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
