/* test_guard.c - a child that takes too much memory, processor time or patience, dies, or is at fault, is told apart. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"

#include "dump/guard.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct hs_err e;

static void says(hs_guard_job *job, void *ctx, enum hs_status status, const char *what)
{
    e = (struct hs_err){0};
    enum hs_status st = hs_guard_rehearse("file.h5", job, ctx, &e);
    ck_assert_msg(st == status && strstr(e.what, what), "status %d, '%s'", st, e.what);
}

static enum hs_status fine(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)ctx, (void)g, (void)err;
    return HS_OK;
}
static enum hs_status fails(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)g;
    return HS_FAIL(err, HS_ESHAPE, "%s", (const char *)ctx);
}
static enum hs_status wordless(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)ctx, (void)g, (void)err;
    return HS_EDATA;
}
START_TEST(what_a_job_says_arrives)
{
    ck_ok(hs_guard_rehearse("file.h5", fine, NULL, &e));
    says(fails, "odd", HS_ESHAPE, "odd");
    says(wordless, NULL, HS_EDATA, "gave no reason");
}
END_TEST

#if !defined(__SANITIZE_ADDRESS__) /* which reserves more than any limit */
/* Takes so many MiB: it is the address space that is limited. */
static enum hs_status eats(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)g;
    for (int i = 0, n = *(int *)ctx; i < n; i++) {
        char *volatile p = malloc(1 << 20);
        if (!p) return HS_FAIL(err, HS_ENOMEM, "refused");
        *p = 1;
    }
    return HS_OK;
}
START_TEST(memory_is_limited)
{
    int few = 20, many = 200, most = 1500;
    setenv("HALFSTEP_READ_MIB", "100", 1);
    ck_ok(hs_guard_rehearse("file.h5", eats, &few, &e));
    says(eats, &many, HS_ENOMEM, "refused");
    unsetenv("HALFSTEP_READ_MIB");
    ck_ok(hs_guard_rehearse("file.h5", eats, &many, &e));
    says(eats, &most, HS_ENOMEM, "refused");
    setenv("HALFSTEP_READ_MIB", "nonsense", 1); /* as if it were not there */
    ck_ok(hs_guard_rehearse("file.h5", eats, &many, &e));
}
END_TEST
#endif

static enum hs_status works(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)g, (void)err;
    for (volatile unsigned long i = 0; !ctx; i++) continue;
    return HS_OK;
}
static enum hs_status waits(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)g, (void)err;
    while (!ctx) pause();
    return HS_OK;
}
START_TEST(time_is_limited)
{
    setenv("HALFSTEP_READ_SECONDS", "0.3", 1);
    says(waits, NULL, HS_EDATA, "does not end");
    setenv("HALFSTEP_READ_SECONDS", "1", 1);
    says(works, NULL, HS_EDATA, ""); /* on a busy machine patience may end first */
}
END_TEST

static enum hs_status tells(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    struct rlimit r;
    (void)ctx, (void)g;
    getrlimit(RLIMIT_CPU, &r);
    return HS_FAIL(err, HS_EDATA, "%lu s", (unsigned long)r.rlim_max);
}
START_TEST(processor_time_is_limited)
{
    says(tells, NULL, HS_EDATA, "5 s");
    setenv("HALFSTEP_READ_SECONDS", "4", 1);
    says(tells, NULL, HS_EDATA, "4 s");
}
END_TEST

static enum hs_status listens(struct hs_err *err)
{
    struct hs_guard g;
    char room[64];
    size_t got = sizeof room;
    HS_TRY(hs_guard_start("file.h5", waits, NULL, &g, err));
    while (got == sizeof room && !hs_guard_get(&g, room, sizeof room, &got, err)) continue;
    hs_guard_end(&g);
    return err->status;
}
START_TEST(a_stream_is_not_waited_for_without_end)
{
    setenv("HALFSTEP_READ_SECONDS", "0.2", 1);
    e = (struct hs_err){0};
    ck_assert_int_eq(listens(&e), HS_EDATA);
    ck_assert_msg(strstr(e.what, "does not end"), "%s", e.what);
}
END_TEST

static enum hs_status dies(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)g, (void)err;
    signal(*(int *)ctx, SIG_DFL);
    raise(*(int *)ctx);
    return HS_OK;
}
static enum hs_status leaves(void *ctx, struct hs_guard *g, struct hs_err *err)
{
    (void)g, (void)err;
    _exit(*(int *)ctx);
}
START_TEST(how_it_ended_is_told)
{
    int killed = SIGKILL, crashed = SIGSEGV, aborted = SIGABRT, gave_up = 1, broken = 66;
    says(dies, &killed, HS_EDATA, "more time or memory");
    says(dies, &crashed, HS_EDATA, "crashes the HDF5 library");
    says(dies, &aborted, HS_EDATA, "crashes the HDF5 library");
    says(leaves, &gave_up, HS_EDATA, "gave up");
    says(leaves, &broken, HS_EFAILED, "a fault of the reader");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("guard");
    TCase *t = tcase_create("guard");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, what_a_job_says_arrives);
#if !defined(__SANITIZE_ADDRESS__)
    tcase_add_test(t, memory_is_limited);
#endif
    tcase_add_test(t, time_is_limited);
    tcase_add_test(t, processor_time_is_limited);
    tcase_add_test(t, a_stream_is_not_waited_for_without_end);
    tcase_add_test(t, how_it_ended_is_told);
    suite_add_tcase(s, t);
    return check_main(s);
}
