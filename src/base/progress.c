/* progress.c - counts finished pieces and says when the rest should be done. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/progress.h"

#include "base/mem.h"
#include "base/work.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct hs_progress {
    FILE *to;
    enum hs_verbosity verbosity;
    bool rewrites; /* a terminal that can go back to the beginning of a line */
    bool color;
    size_t total, done, before;
    double began, shown;
    int width; /* of the line that stands there now */
    pthread_mutex_t lock;
};

struct hs_progress *hs_progress_open(FILE *to, enum hs_verbosity verbosity, size_t total,
                                     size_t done)
{
    struct hs_progress *p = hs_alloc_zeroed(1, sizeof *p);
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    if (!p) return NULL;
    p->to = to, p->verbosity = verbosity, p->total = total, p->done = p->before = done,
    p->began = hs_work_now();
    p->rewrites =
        verbosity == HS_NORMAL && isatty(fileno(to)) && (!term || strcmp(term, "dumb"));
    p->color = p->rewrites && !(no_color && *no_color);
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

char *hs_progress_time(double s, char buf[32])
{
    if (!(s < 1e9))
        snprintf(buf, 32, "long");
    else if (s < 10)
        snprintf(buf, 32, "%.1f s", s);
    else if (s < 60)
        snprintf(buf, 32, "%.0f s", s);
    else if (s < 3600)
        snprintf(buf, 32, "%.0f min %02.0f s", (double)(long)(s / 60), (double)((long)s % 60));
    else
        snprintf(buf, 32, "%.0f h %02.0f min", (double)(long)(s / 3600),
                 (double)((long)(s / 60) % 60));
    return buf;
}

static void wipe(struct hs_progress *p)
{
    if (p->width) fprintf(p->to, "\r%*s\r", p->width, "");
    p->width = 0;
}

static int columns(const struct hs_progress *p)
{
    struct winsize w;
    return ioctl(fileno(p->to), TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ? w.ws_col : 80;
}

static void rewrite(struct hs_progress *p, const char *what, double now)
{
    char line[256], eta[32] = "?";
    size_t fresh = p->done - p->before;
    if (fresh)
        hs_progress_time((now - p->began) / (double)fresh * (double)(p->total - p->done), eta);
    snprintf(line, sizeof line, "%zu of %zu, %s to go", p->done, p->total, eta);
    int room = columns(p) - 1 - (int)strlen(line) - 2;
    wipe(p);
    p->width = (int)strlen(line);
    fprintf(p->to, p->color ? "\033[1m%s\033[0m" : "%s", line);
    if (room > 8) p->width += fprintf(p->to, "  %.*s", room, what);
    fflush(p->to);
    p->shown = now;
}

void hs_progress_step(struct hs_progress *p, const char *what)
{
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    double now = hs_work_now();
    p->done++;
    if (p->verbosity == HS_VERBOSE)
        fprintf(p->to, "%zu/%zu %s\n", p->done, p->total, what);
    else if (p->rewrites && (now - p->shown > 0.1 || p->done == p->total))
        rewrite(p, what, now);
    pthread_mutex_unlock(&p->lock);
}

void hs_progress_note(struct hs_progress *p, int always, const char *fmt, ...)
{
    if (!p || (p->verbosity == HS_QUIET && !always)) return;
    va_list ap;
    pthread_mutex_lock(&p->lock);
    wipe(p);
    va_start(ap, fmt);
    vfprintf(p->to, fmt, ap);
    va_end(ap);
    fputc('\n', p->to);
    fflush(p->to);
    pthread_mutex_unlock(&p->lock);
}

void hs_progress_close(struct hs_progress *p)
{
    if (!p) return;
    wipe(p);
    fflush(p->to);
    pthread_mutex_destroy(&p->lock);
    hs_free(p);
}
