/* err.h - what went wrong, where in the code, and in which file of the user's. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_BASE_ERR_H
#define HS_BASE_ERR_H

enum hs_status {
    HS_OK = 0,
    HS_DONE,     /* an iteration has nothing left; not a failure */
    HS_EUSAGE,   /* the command line makes no sense: exit 64 */
    HS_EDATA,    /* a file holds something that cannot be used: exit 65 */
    HS_ESHAPE,   /* two things that must fit do not: exit 65 */
    HS_ENUM,     /* the numbers went bad (NaN, empty range, no convergence): exit 65 */
    HS_ENOINPUT, /* a file that should be read is not there: exit 66 */
    HS_ECREATE,  /* an output cannot be written: exit 73 */
    HS_ECONFIG,  /* a config is wrong: exit 78 */
    HS_ENOMEM,   /* exit 71 */
    HS_EFAILED,  /* some of the work failed, the rest is done: exit 1 */
};

/* Filled by the first failure. Texts that do not fit are cut with "..." at the end. */
struct hs_err {
    enum hs_status status;
    const char *file; /* source file and line that noticed */
    int line;
    char what[3072]; /* one sentence without a full stop; several lines where several things are wrong */
    char where[1024]; /* innermost first: "/act/conv1 in dump.h5, trial 17" */
};

/* The first failure wins; later ones are consequences. Returns st, so that it can be returned. */
enum hs_status hs_err_set(struct hs_err *e, enum hs_status st, const char *file, int line,
                          const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Says where, on the way out. Returns e->status. */
enum hs_status hs_err_where(struct hs_err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The exit code of sysexits.h that belongs to a status. */
int hs_err_exit(enum hs_status st);

#define HS_FAIL(e, st, ...) hs_err_set((e), (st), __FILE__, __LINE__, __VA_ARGS__)
#define HS_OUT_OF_MEMORY(e) HS_FAIL((e), HS_ENOMEM, "out of memory")
#define HS_TRY(call)                  \
    do {                              \
        enum hs_status st_ = (call);  \
        if (st_ != HS_OK) return st_; \
    } while (0)

#endif
