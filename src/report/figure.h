/* figure.h - a figure is a gnuplot script beside its data; here they are written, in draw.c they are drawn. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_FIGURE_H
#define HS_REPORT_FIGURE_H
#include "report/view.h"

#include "base/text.h"

enum { HS_FIGURES = 32, HS_STYLES = 7, HS_STYLE_CLOUD = 8 }; /* at most; line styles of style.gp */

struct hs_figure {
    const char *name, *caption; /* file name without extension; sentences for people */
    struct hs_text gp, dat;
    size_t blocks; /* written to dat */
    double width, height; /* inches */
};
struct hs_figures {
    size_t n;
    struct hs_figure figure[HS_FIGURES];
};
void hs_figures_close(struct hs_figures *);

/* Each adds what its plan makes meaningful: nothing, one figure, or one a network. */
enum hs_status hs_figure_propagation(const struct hs_view *, struct hs_figures *, struct hs_err *);
enum hs_status hs_figure_strategies(const struct hs_view *, struct hs_figures *, struct hs_err *);
enum hs_status hs_figure_orders(const struct hs_view *, struct hs_figures *, struct hs_err *);
enum hs_status hs_figure_sites(const struct hs_view *, struct hs_figures *, struct hs_err *);
enum hs_status hs_figure_layers(const struct hs_view *, struct hs_figures *, struct hs_err *);
enum hs_status hs_figure_ranks(const struct hs_view *, struct hs_figures *, struct hs_err *);
enum hs_status hs_figure_interactions(const struct hs_view *, struct hs_figures *, struct hs_err *);
enum hs_status hs_figure_budget(const struct hs_view *, struct hs_figures *, struct hs_err *);

/* For those who write figures. Inches across: a page's, or a column's where the report asks for it. */
double hs_figure_across(const struct hs_view *);
/* A new one, its script begun (multiplot); NULL where there are too many. */
struct hs_figure *hs_figure_begin(struct hs_figures *, const char *name, const char *caption, double width, double height);
/* Ends the script. Fails where a text did. */
enum hs_status hs_figure_end(struct hs_figure *, struct hs_err *);
/* The next plot stands in these borders, inches from the left and the bottom. */
void hs_figure_frame(struct hs_figure *, double left, double right, double bottom, double top);
/* Series 0 .. n-1 in line styles 1 .. n, and the cloud's where it has a name, in rows from `top` inches downward, begun at
 * `left`; names are cut at 40 characters. Returns the height used; without f it only measures. The next plot carries it. */
struct hs_legend {
    const char *const *name;
    size_t n;
    const char *cloud; /* or NULL */
    bool lines;        /* samples are lines with a marker, else markers */
};
double hs_figure_legend(struct hs_figure *, const struct hs_legend *, double width, double left, double top);
/* A name as an expression of gnuplot's that term.gp knows, for any terminal, cut to n characters: at the end, or at the front where the end tells more. */
void hs_figure_name(struct hs_text *, const char *, size_t n, bool keep_end);
/* The same as a tic's label, which gnuplot takes for a format. */
void hs_figure_tic(struct hs_text *, const char *, size_t n, bool keep_end);
double hs_figure_text_width(const char *, size_t cut); /* inches, generously */
/* A block of data: returns its index for `index`. Lines follow, each by hs_text_add on dat. */
size_t hs_figure_block(struct hs_figure *, const char *comment);
/* One line of numbers. */
void hs_figure_numbers(struct hs_figure *, const double *, size_t n);
/* What stands above the next plot: in its middle, or at its left end. */
void hs_figure_title(struct hs_figure *, const char *, double width, bool left);
/* Upright, before the y axis, its middle at a height in inches. */
void hs_figure_upright(struct hs_figure *, const char *, double x, double y);
struct hs_range {
    double lo, hi;
};
void hs_range_add(struct hs_range *, double); /* begins as {INFINITY, -INFINITY}; what is not finite, or beyond 1e200, is ignored */
/* 1, 2 or 5 times a power of ten: at most `most` ticks. */
double hs_range_tick(struct hs_range, double most);
/* A logarithmic y axis: below two decades 1, 2 and 5 get ticks, else whole decades, five at most. */
void hs_figure_log_axis(struct hs_figure *, struct hs_range);
/* The figure's own name for a network: "propagation-cnn", or "propagation" for the only one. Arena text or NULL. */
const char *hs_figure_for(const struct hs_view *, const char *name, size_t trial);
/* Whether the best of this group has the largest error of its network's groups: the coarsest format, where strategies differ. */
bool hs_figure_coarsest(const struct hs_view *, size_t group);

#endif
