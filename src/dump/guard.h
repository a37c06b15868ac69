/* guard.h - a child process reads an untrusted file first: what kills or hangs the HDF5 library does so there. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_GUARD_H
#define HS_DUMP_GUARD_H
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A job sees a copy of the caller's memory: what it stores is lost, what it returns and puts into the guard arrives. */
struct hs_guard;
typedef enum hs_status hs_guard_job(void *ctx, struct hs_guard *, struct hs_err *);

struct hs_guard {
    pid_t pid;   /* of the child; 0 inside it */
    int fd;      /* the pipe: child writes, parent reads */
    size_t left; /* of the frame that is being read */
    double patience; /* seconds that the parent waits for the next byte */
    const char *path;
    bool over;
};

/* Runs the job in a child under limits of memory, time and, in this process, patience; all grow with the file's size;
 * HALFSTEP_READ_SECONDS (of the processor) and HALFSTEP_READ_MIB in the environment set what they begin with.
 * Fails as the job fails, or with HS_EDATA where the child dies or hangs. */
enum hs_status hs_guard_rehearse(const char *path, hs_guard_job *, void *ctx, struct hs_err *);

/* The same, for a job that sends what it reads: start, get ..., end. Its time is not limited, the parent's patience
 * between two blocks is. */
enum hs_status hs_guard_start(const char *path, hs_guard_job *, void *ctx, struct hs_guard *, struct hs_err *);
/* In the child. HS_EFAILED where nobody listens any more. */
enum hs_status hs_guard_put(struct hs_guard *, const void *, size_t n, struct hs_err *);
/* In the parent: up to n bytes, *got of them; *got < n only at the end. Fails as the job failed. */
enum hs_status hs_guard_get(struct hs_guard *, void *, size_t n, size_t *got, struct hs_err *);
/* Ends the child, whatever it is doing. {0} is fine. */
void hs_guard_end(struct hs_guard *);

#endif
