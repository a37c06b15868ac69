/* draw.c - starts gnuplot for each figure and format, without a shell; keeps what it says. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/draw.h"

#include "base/work.h"
#include "experiment/put.h"
#include "report/texts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_GNUPLOT = 127 };

struct job {
    const struct hs_figure *figure;
    const char *folder, *format;
    struct hs_text *svg; /* a copy for the page, or NULL */
    bool keep;           /* the file was asked for */
    int code;            /* of gnuplot */
    char said[512];
    struct hs_err e;
};

/* In the child: never returns. TZ: PDF dates come without an offset. */
static void become_gnuplot(const struct job *j, int to)
{
    char set[256], script[256];
    int none = open("/dev/null", O_RDWR);
    snprintf(set, sizeof set, "fmt=\"%s\"; OUT=\"%s.new\"", j->format, j->figure->name);
    snprintf(script, sizeof script, "%s.gp", j->figure->name);
    if (none < 0 || dup2(none, 0) < 0 || dup2(none, 1) < 0 || dup2(to, 2) < 0 ||
        chdir(j->folder))
        _exit(126);
    setenv("TZ", "UTC", 1);
    execlp("gnuplot", "gnuplot", "-d", "-e", set, script, (char *)NULL);
    _exit(NO_GNUPLOT);
}

static void listen(int from, char *said, size_t size)
{
    char rest[256];
    size_t n = 0;
    for (;;) {
        bool full = n + 1 >= size;
        ssize_t got = full ? read(from, rest, sizeof rest) : read(from, said + n, size - 1 - n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        if (!full) n += (size_t)got;
    }
    said[n] = '\0';
}

static enum hs_status run(struct job *j)
{
    int ends[2], state = 0;
    if (pipe(ends))
        return HS_FAIL(&j->e, HS_EFAILED, "cannot start gnuplot: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0) become_gnuplot(j, ends[1]);
    close(ends[1]);
    if (child > 0) listen(ends[0], j->said, sizeof j->said);
    close(ends[0]);
    if (child < 0)
        return HS_FAIL(&j->e, HS_EFAILED, "cannot start gnuplot: %s", strerror(errno));
    while (waitpid(child, &state, 0) < 0 && errno == EINTR) continue;
    j->code = WIFEXITED(state) ? WEXITSTATUS(state) : 128;
    return HS_OK;
}

void hs_pdf_undate(char *bytes, size_t n)
{
    static const char key[] = "/CreationDate (D:", date[] = "20000101000000";
    for (size_t i = 0; i + sizeof key + sizeof date < n; i++)
        if (!memcmp(bytes + i, key, sizeof key - 1))
            memcpy(bytes + i + sizeof key - 1, date, sizeof date - 1);
}

/* NAME.new.FORMAT: its bytes, no longer on the disk. */
static enum hs_status take(const struct job *j, const char *ending, char **bytes, size_t *n, struct hs_err *e)
{
    char fresh[4096], name[256];
    snprintf(name, sizeof name, "%s.new%s", j->figure->name, ending);
    snprintf(fresh, sizeof fresh, "%s/%s", j->folder, name);
    enum hs_status st = hs_store_get(j->folder, name, bytes, n, e);
    unlink(fresh);
    return st;
}

static enum hs_status give(const struct job *j, const char *ending, const char *bytes, size_t n, struct hs_err *e)
{
    char name[256];
    snprintf(name, sizeof name, "%s%s", j->figure->name, ending);
    return hs_store_put(j->folder, name, bytes, n, e);
}

/* The script for LaTeX names the picture that it includes: NAME.new-tex -> NAME-tex. */
static void rename_inside(struct hs_text *t, const char *s, const char *figure)
{
    static const char fresh[] = ".new-tex";
    for (const char *at; (at = strstr(s, fresh)); s = at + sizeof fresh - 1) {
        hs_text_put(t, s, (size_t)(at - s));
        size_t n = strlen(figure);
        bool ours = t->n >= n && !memcmp(t->s + t->n - n, figure, n);
        hs_text_add(t, "%s", ours ? "-tex" : fresh);
    }
    hs_text_add(t, "%s", s);
}

static enum hs_status finish_tex(struct job *j)
{
    char *script, *picture;
    size_t n;
    struct hs_text t = {0};
    HS_TRY(take(j, "-tex.tex", &script, &n, &j->e));
    rename_inside(&t, script, j->figure->name);
    hs_free(script);
    enum hs_status st = t.failed ? HS_OUT_OF_MEMORY(&j->e) : give(j, "-tex.tex", t.s, t.n, &j->e);
    hs_text_free(&t);
    HS_TRY(st);
    HS_TRY(take(j, "-tex.pdf", &picture, &n, &j->e));
    hs_pdf_undate(picture, n);
    st = give(j, "-tex.pdf", picture, n, &j->e);
    hs_free(picture);
    return st;
}

/* NAME.new.FORMAT -> NAME.FORMAT, with what must change on the way. */
static enum hs_status finish(struct job *j)
{
    char ending[16], *bytes;
    size_t n;
    if (!strcmp(j->format, "tex")) return finish_tex(j);
    snprintf(ending, sizeof ending, ".%s", j->format);
    HS_TRY(take(j, ending, &bytes, &n, &j->e));
    if (!strcmp(j->format, "pdf")) hs_pdf_undate(bytes, n);
    enum hs_status st = j->keep ? give(j, ending, bytes, n, &j->e) : HS_OK;
    if (j->svg) hs_text_put(j->svg, bytes, n);
    hs_free(bytes);
    return st;
}

/* What gnuplot began before it failed. */
static void discard(const struct job *j)
{
    static const char *const ending[] = {"", "-tex"};
    char path[4096];
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s.new%s.%s", j->folder, j->figure->name, ending[i], j->format);
        unlink(path);
    }
}

static void draw(void *jobs, size_t i, int worker)
{
    struct job *j = (struct job *)jobs + i;
    (void)worker;
    if (run(j) == HS_OK && j->code == 0)
        finish(j);
    else
        discard(j);
}

static enum hs_status put(const char *folder, const char *name, const char *ending,
                          const struct hs_text *t, struct hs_err *e)
{
    char file[256];
    snprintf(file, sizeof file, "%s.%s", name, ending);
    return hs_store_put(folder, file, t->s, t->n, e);
}

static enum hs_status scripts(const char *folder, const struct hs_figures *all,
                              struct hs_err *e)
{
    HS_TRY(hs_store_put(folder, "style.gp", hs_text_style_gp, strlen(hs_text_style_gp), e));
    HS_TRY(hs_store_put(folder, "term.gp", hs_text_term_gp, strlen(hs_text_term_gp), e));
    for (size_t i = 0; i < all->n; i++) {
        const struct hs_figure *f = &all->figure[i];
        HS_TRY(put(folder, f->name, "gp", &f->gp, e));
        HS_TRY(put(folder, f->name, "dat", &f->dat, e));
    }
    return HS_OK;
}

static bool asked(const struct hs_report_about *about, const char *format)
{
    for (size_t i = 0; i < about->figures; i++)
        if (!strcmp(about->figure[i], format)) return true;
    return false;
}

static enum hs_status judge(struct job *job, size_t n, struct hs_text *trouble,
                            struct hs_err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct job *j = &job[i];
        if (j->e.status == HS_ECREATE || j->e.status == HS_ENOMEM) { /* the disk, not gnuplot */
            *e = j->e;
            return e->status;
        }
        if (j->code == 0 && j->e.status == HS_OK) continue;
        if (j->code == NO_GNUPLOT && !*j->said) {
            hs_text_add(trouble, "gnuplot is not installed, so no figure was drawn; their "
                                 "scripts and data are in figures/");
            return HS_OK;
        }
        hs_text_add(trouble, "%s%s.%s was not drawn: %s", trouble->n ? "; " : "",
                    j->figure->name, j->format,
                    *j->said      ? j->said
                    : j->e.status ? j->e.what
                                  : "gnuplot failed");
    }
    return trouble->failed ? HS_OUT_OF_MEMORY(e) : HS_OK;
}

enum hs_status hs_figures_draw(const char *dir, const struct hs_report_about *about,
                               const struct hs_figures *all, struct hs_text *svg,
                               struct hs_text *trouble, struct hs_err *e)
{
    static const char *const format[] = {"svg", "pdf", "png", "tex"};
    enum { FORMATS = sizeof format / sizeof *format };
    char folder[4096];
    size_t n = 0;
    if ((size_t)snprintf(folder, sizeof folder, "%s/figures", dir) >= sizeof folder)
        return HS_FAIL(e, HS_ECREATE, "a path is too long");
    for (size_t i = 0; i < about->figures; i++) {
        size_t k = 0;
        while (k < FORMATS && strcmp(about->figure[i], format[k])) k++;
        if (k == FORMATS)
            return HS_FAIL(e, HS_ECONFIG, "no figure format '%s'; there are: svg pdf png tex", about->figure[i]);
    }
    if (!all->n) return HS_OK;
    HS_TRY(hs_store_folder(folder, e));
    HS_TRY(scripts(folder, all, e));
    struct job *job = hs_alloc_zeroed(all->n * FORMATS, sizeof *job);
    if (!job) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; k < FORMATS; k++) {
            bool keep = asked(about, format[k]);
            if (keep || k == 0)
                job[n++] = (struct job){.figure = &all->figure[i],
                                        .folder = folder,
                                        .format = format[k],
                                        .keep = keep,
                                        .svg = k == 0 ? &svg[i] : NULL};
        }
    hs_work(n, hs_work_cores(), draw, job);
    enum hs_status st = judge(job, n, trouble, e);
    hs_free(job);
    return st;
}
