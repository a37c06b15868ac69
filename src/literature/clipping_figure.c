/* clipping_figure.c - rounding, clipping and their sum over the width of the range: a panel for
 * each kind of values and each width of codes, the best range marked. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/clipping.h"

#include "report/draw.h"

#include <math.h>

static const double panel_width = 2.6, panel_height = 1.55, left = 0.75, gap = 0.45, foot = 0.5,
                    head = 0.3, between = 0.5;
enum { ACROSS = 2 };

static void data(struct hs_figure *f, const struct hs_clipping *c)
{
    hs_figure_block(f, "share of the range, rounding, clipping, both; over the values' power");
    for (int i = 0; i < HS_CLIPPING_STEPS; i++) {
        const struct hs_loss *l = &c->loss[i];
        double clipping =
            l->clipping /
            l->power; /* what float32's rounding of the scale clips is not worth a decade */
        hs_figure_numbers(f,
                          (double[]){c->share[i], l->rounding / l->power,
                                     clipping > 1e-9 ? clipping : NAN, l->squared / l->power},
                          4);
    }
}

static double least(const struct hs_clipping *c)
{
    return c->loss[c->best].squared / c->loss[c->best].power;
}

static void panel(struct hs_figure *f, const struct hs_clipping *c, size_t i, size_t n)
{
    size_t row = i / ACROSS, rows = (n + ACROSS - 1) / ACROSS;
    double x = left + (double)(i % ACROSS) * (panel_width + gap);
    double y = foot + (double)(rows - 1 - row) * (panel_height + between);
    hs_figure_frame(f, x, x + panel_width, y, y + panel_height);
    hs_text_add(&f->gp, "set logscale y; set xrange [0:1.02]; set yrange [%.3g:2]\n",
                pow(10, floor(log10(least(c))) - 1));
    hs_text_add(&f->gp, "set ytics enhanced format \"10^{%%T}\"\nset title ");
    struct hs_text title = {0};
    hs_text_add(&title, "%s, %d bits", c->name, c->bits);
    hs_figure_name(&f->gp, title.s ? title.s : "", 40, true);
    f->gp.failed |= title.failed;
    hs_text_free(&title);
    hs_text_add(&f->gp, " offset 0,-0.6\n%s\n%s\n",
                row + 1 == rows ? "set xlabel \"range, as a share of min-max\""
                                : "unset xlabel",
                i % ACROSS ? "unset ylabel" : "set ylabel \"squared error / power\"");
    hs_text_add(&f->gp,
                i != 1 ? "unset key\n" : "set key at graph 0.98, graph 0.97 top right\n");
    hs_text_add(&f->gp,
                "set arrow 1 from %.6g, graph 0 to %.6g, graph 1 nohead linewidth 0.6 "
                "linecolor rgb cloud\n",
                c->share[c->best], c->share[c->best]);
    hs_text_add(&f->gp,
                "plot dat index %zu using 1:4 with lines linestyle 1 title \"both\", "
                "dat index %zu using 1:3 with lines linestyle 2 title \"clipping\", "
                "dat index %zu using 1:2 with lines linestyle 3 title \"rounding\"\n",
                i, i, i);
}

enum hs_status hs_clipping_draw(const char *dir, const struct hs_clipping *c, size_t n,
                                struct hs_err *e)
{
    static const char *const pictures[] = {"svg", "pdf", "png"};

    const struct hs_report_about about = {
        .name = "slides", .question = "", .figures = 3, .figure = pictures};
    struct hs_figures figures = {0};
    struct hs_text svg[HS_FIGURES] = {{0}}, trouble = {0};
    double rows = (double)((n + ACROSS - 1) / ACROSS);
    struct hs_figure *f =
        hs_figure_begin(&figures, "clipping",
                        "Rounding and clipping error as the range shrinks; the "
                        "line marks the range of least error",
                        left + ACROSS * panel_width + gap + 0.15,
                        foot + rows * (panel_height + between) - between + head);
    for (size_t i = 0; i < n; i++) data(f, &c[i]);
    for (size_t i = 0; i < n; i++) panel(f, &c[i], i, n);
    enum hs_status st = hs_figure_end(f, e);
    if (st == HS_OK) st = hs_figures_draw(dir, &about, &figures, svg, &trouble, e);
    for (size_t i = 0; i < HS_FIGURES; i++) hs_text_free(&svg[i]);
    hs_text_free(&trouble);
    hs_figures_close(&figures);
    return st;
}
