/* guard.c - fork, limits, a pipe with frames, and what the end of the child means. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "dump/guard.h"

#include "base/work.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The slowest reading that is still believed to be one, and what every file may take besides, of processor time and of
 * memory. By the clock it may take longer: others run, too; a stream is written to, and waited for, in between. */
enum { SECONDS = 5, MIB = 1024, BYTES_A_SECOND = 10 << 20 };
static const double patience = 1.5, stream_patience = 3;

enum { BROKEN = 66 }; /* exit status of a child in which a sanitizer found a fault of the reader; the library exits with 1 */

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
static const bool sanitized = true; /* sanitizers reserve terabytes of address space, and what they say is worth reading */
/* Asked for by the fuzzing test, which knows the library's own leaks. */
static bool leaks(void) { return getenv("HALFSTEP_CHECK_LEAKS") && __lsan_do_recoverable_leak_check() != 0; }
#else
static const bool sanitized = false;
static bool leaks(void) { return false; }
#endif

static void limit(int what, double most)
{
    struct rlimit r;
    if (getrlimit(what, &r)) return;
    if (r.rlim_max == RLIM_INFINITY || most < (double)r.rlim_max) r.rlim_cur = r.rlim_max = (rlim_t)most;
    setrlimit(what, &r);
}

/* Of the environment, for slow disks and small machines. */
static double setting(const char *name, double otherwise)
{
    const char *text = getenv(name);
    char *end;
    double x = text ? strtod(text, &end) : 0;
    return text && end != text && !*end && x > 0 && x < 1e9 ? x : otherwise;
}

/* Seconds of processor time. */
static double time_limit(uint64_t work) { return setting("HALFSTEP_READ_SECONDS", SECONDS) + (double)(work / BYTES_A_SECOND); }

/* On top of what the process has: room for the values of a well compressed file as floats, several times over, but not
 * for whatever a malformed length makes the library ask for; and never more than the machine has. */
static double memory_limit(uint64_t work)
{
    double page = (double)sysconf(_SC_PAGESIZE), have = 0;
    double room = setting("HALFSTEP_READ_MIB", MIB) * 0x1p20 + 256 * (double)work;
    double all = page * (double)sysconf(_SC_PHYS_PAGES);
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, text, sizeof text - 1) > 0) have = strtod(text, NULL);
        close(fd);
    }
    return page * have + (room < all ? room : all);
}

static bool put_all(int fd, const void *bytes, size_t n)
{
    for (const char *p = bytes; n;) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        p += k, n -= (size_t)k;
    }
    return true;
}

static _Noreturn void run_child(struct hs_guard *g, uint64_t work, bool endless, hs_guard_job *job, void *ctx,
                                pid_t parent)
{
    struct hs_err e = {0};
    size_t end = 0;
    int null = open("/dev/null", O_WRONLY);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    if (null >= 0 && !sanitized) dup2(null, STDERR_FILENO); /* what a dying library prints helps nobody */
    signal(SIGPIPE, SIG_IGN);
    if (!sanitized) limit(RLIMIT_AS, memory_limit(work));
    if (!endless) limit(RLIMIT_CPU, time_limit(work) < 1 ? 1 : time_limit(work));
    limit(RLIMIT_CORE, 0);
    enum hs_status st = job(ctx, g, &e);
    if (st && !e.status) HS_FAIL(&e, st, "the reader gave no reason");
    if (leaks()) _exit(BROKEN);
    _exit(put_all(g->fd, &end, sizeof end) && put_all(g->fd, &e, sizeof e) ? 0 : 1);
}

static enum hs_status start(const char *path, bool endless, hs_guard_job *job, void *ctx, struct hs_guard *g,
                            struct hs_err *e)
{
    struct stat s;
    uint64_t work = stat(path, &s) ? 0 : (uint64_t)s.st_size;
    int fd[2];
    pid_t parent = getpid();
    *g = (struct hs_guard){.path = path, .patience = (endless ? stream_patience : patience) * time_limit(work)};
    if (pipe2(fd, O_CLOEXEC)) return HS_FAIL(e, HS_ENOMEM, "cannot make a pipe: %s", strerror(errno));
    if ((g->pid = fork()) < 0) {
        int why = errno;
        close(fd[0]), close(fd[1]);
        *g = (struct hs_guard){0};
        return HS_FAIL(e, HS_ENOMEM, "cannot start a process: %s", strerror(why));
    }
    if (g->pid == 0) {
        close(fd[0]);
        g->fd = fd[1];
        run_child(g, work, endless, job, ctx, parent);
    }
    close(fd[1]);
    g->fd = fd[0];
    fcntl(g->fd, F_SETPIPE_SZ, 1 << 20); /* fewer switches between the two; a refusal does not matter */
    return HS_OK;
}

enum hs_status hs_guard_start(const char *path, hs_guard_job *job, void *ctx, struct hs_guard *g, struct hs_err *e)
{
    return start(path, true, job, ctx, g, e); /* a virtual dataset is longer than its file */
}

enum hs_status hs_guard_put(struct hs_guard *g, const void *bytes, size_t n, struct hs_err *e)
{
    if (!n) return HS_OK; /* an empty frame is the end */
    return put_all(g->fd, &n, sizeof n) && put_all(g->fd, bytes, n)
               ? HS_OK
               : HS_FAIL(e, HS_EFAILED, "nobody listens: %s", strerror(errno));
}

/* The child is gone without a word: how did it end? */
static enum hs_status died(struct hs_guard *g, struct hs_err *e)
{
    int how = 0;
    pid_t pid = g->pid;
    close(g->fd);
    g->pid = 0, g->fd = 0, g->over = true;
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR) continue;
    if (WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU || WTERMSIG(how) == SIGKILL))
        return HS_FAIL(e, HS_EDATA, "'%s' is malformed: reading it takes more time or memory than it can be worth",
                       g->path);
    if (WIFSIGNALED(how))
        return HS_FAIL(e, HS_EDATA, "'%s' is malformed: it crashes the HDF5 library (%s)", g->path,
                       strsignal(WTERMSIG(how)));
    if (WEXITSTATUS(how) == BROKEN)
        return HS_FAIL(e, HS_EFAILED, "a fault of the reader, not of '%s': see the sanitizer's report", g->path);
    return HS_FAIL(e, HS_EDATA, "'%s' is malformed: the HDF5 library gave up on it", g->path);
}

static enum hs_status take(struct hs_guard *g, void *to, size_t n, struct hs_err *e)
{
    double until = hs_work_now() + g->patience;
    for (char *p = to; n;) {
        struct pollfd ready = {.fd = g->fd, .events = POLLIN};
        double left = until - hs_work_now();
        int k = left <= 0 ? 0 : poll(&ready, 1, (int)(left * 1000) + 1);
        if (k < 0 && errno == EINTR) continue;
        if (k == 0) {
            hs_guard_end(g);
            return HS_FAIL(e, HS_EDATA, "'%s' is malformed: reading it does not end", g->path);
        }
        ssize_t got = read(g->fd, p, n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return died(g, e);
        p += got, n -= (size_t)got;
        until = hs_work_now() + g->patience;
    }
    return HS_OK;
}

enum hs_status hs_guard_get(struct hs_guard *g, void *to, size_t n, size_t *got, struct hs_err *e)
{
    for (*got = 0; *got < n && !g->over;) {
        if (!g->left) HS_TRY(take(g, &g->left, sizeof g->left, e));
        if (!g->left) {
            struct hs_err told;
            HS_TRY(take(g, &told, sizeof told, e));
            hs_guard_end(g);
            if (told.status) return *e = told, told.status;
            break;
        }
        size_t k = n - *got < g->left ? n - *got : g->left;
        HS_TRY(take(g, (char *)to + *got, k, e));
        *got += k, g->left -= k;
    }
    return HS_OK;
}

void hs_guard_end(struct hs_guard *g)
{
    if (g->pid > 0) {
        kill(g->pid, SIGKILL);
        while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR) continue;
        close(g->fd);
    }
    g->pid = 0, g->fd = 0, g->over = true;
}

enum hs_status hs_guard_rehearse(const char *path, hs_guard_job *job, void *ctx, struct hs_err *e)
{
    struct hs_guard g;
    char none;
    size_t got;
    HS_TRY(start(path, false, job, ctx, &g, e));
    enum hs_status st = hs_guard_get(&g, &none, 1, &got, e);
    hs_guard_end(&g);
    return st;
}
