/* The same job built natively, for comparison: native PLAN MODEL DATA REPEATS
 * [UPDATE] prints the seconds of the fastest run, and writes the update to the
 * file UPDATE. No part of any product. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "job.h"

static uint8_t *arena;
static size_t used;

void *allocate(uint64_t bytes) {
    used = (used + 15) & ~(size_t)15;
    void *p = arena + used;
    used += bytes;
    return p;
}

static uint8_t *read_file(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");
    if (!f) exit(ERR_OPEN);
    fseek(f, 0, SEEK_END);
    *size = (size_t)ftell(f);
    rewind(f);
    uint8_t *data = aligned_alloc(64, (*size + 63) & ~(size_t)63);
    if (fread(data, 1, *size, f) != *size) exit(ERR_OPEN);
    fclose(f);
    return data;
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 6) return 2;
    size_t plan_size, model_size, data_size;
    uint8_t *plan = read_file(argv[1], &plan_size), *model = read_file(argv[2], &model_size), *data = read_file(argv[3], &data_size);
    arena = malloc((size_t)1 << 30);
    double best = 1e9;
    struct job job;
    for (int i = atoi(argv[4]); i > 0; i--) {
        used = 0;
        job = (struct job){0};
        struct timespec a, b;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
        enum status status = prepare_job(&job, plan, plan_size);
        if (status != OK) return status;
        if (model_size != job.plan->model_size || data_size != job.plan->data_size) return ERR_FILES;
        memcpy(job.model, model, model_size);
        memcpy(job.data, data, data_size);
        begin_job(&job);
        while (step_job(&job)) {}
        status = end_job(&job);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
        if (status != OK) return status;
        double s = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
        if (s < best) best = s;
    }
    if (argc == 6) {
        FILE *f = fopen(argv[5], "wb");
        if (!f || fwrite(job.update, 1, job.update_size, f) != job.update_size || fclose(f) != 0) return ERR_WRITE;
    }
    printf("%.9f\n", best);
    return 0;
}
