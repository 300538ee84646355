/* The outside: a command that reads the plan and its files and writes what came of
 * them. */
#include "job.h"

#include "../../wasi/wasi.h"

enum { MAX_PLAN = 1 << 16 };

static void read_and_close(int32_t fd, uint8_t *content, uint32_t size) {
    read_all(fd, content, size);
    fd_close(fd);
}

static void write_metrics(const struct metrics *m) {
    uint8_t out[40] = "TPM1";
    __builtin_memcpy(out + 8, &m->samples, 8);
    __builtin_memcpy(out + 16, &m->steps, 8);
    __builtin_memcpy(out + 24, &m->correct, 8);
    __builtin_memcpy(out + 32, &m->loss, 8);
    write_file("/outputs/metrics.bin", out, sizeof out);
}

static struct job job;

static __attribute__((noinline)) void begin(void) {
    uint64_t plan_size, model_size, data_size;
    int32_t fd = open_input("/inputs/plan.bin", &plan_size);
    if (plan_size > MAX_PLAN) proc_exit(ERR_PLAN);
    uint8_t *plan = allocate(plan_size);
    if (!plan) proc_exit(ERR_MEMORY);
    read_and_close(fd, plan, (uint32_t)plan_size);
    enum status status = prepare_job(&job, plan, (size_t)plan_size);
    if (status != OK) proc_exit(status);
    int32_t model = open_input("/inputs/model.safetensors", &model_size), data = open_input("/inputs/data.safetensors", &data_size);
    if (model_size != job.plan->model_size || data_size != job.plan->data_size) proc_exit(ERR_FILES);
    read_and_close(model, job.model, job.plan->model_size);
    read_and_close(data, job.data, job.plan->data_size);
    begin_job(&job);
}

static __attribute__((noinline)) void end(void) {
    enum status status = end_job(&job);
    if (status != OK) proc_exit(status);
    write_metrics(&job.metrics);
    if (job.update) write_file("/outputs/update.bin", job.update, job.update_size);
}

/* At sched_yield all that the job is lies in memory, and a host may write that to a
 * checkpoint and go on from it by calling resume (edge/fuel/resume.go has the rules). So
 * neither it nor _start keeps anything of its own over a call. */
__attribute__((noinline, export_name("tadpole.resume"))) void resume(void) {
    do sched_yield();
    while (step_job(&job));
    end();
}

void _start(void) {
    begin();
    resume();
}
