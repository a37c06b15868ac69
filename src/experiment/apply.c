/* apply.c - writes a trial's quantized network: codes, scales and zero points beside the network that they stand for. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/apply.h"
#include "transform/transform.h"
#include "experiment/run.h"

#include "dump/write.h"
#include "propagate/sequence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A quantizer on its way into the file. */
struct writing {
    struct hs_dump_writer *w;
    const struct hs_record *record;
    const char *layer;
    char path[80]; /* of the layer's group */
    struct hs_arena *arena;
};

static enum hs_dump_type type_of(const struct hs_format *f)
{
    bool is_signed = f->kind == HS_INTEGER && f->code_min < 0;
    return f->bits > 8 ? is_signed ? HS_DUMP_I16 : HS_DUMP_U16 : is_signed ? HS_DUMP_I8 : HS_DUMP_U8;
}

static const char *path_to(struct writing *x, const char *site, const char *what)
{
    return hs_arena_text(x->arena, "%s/%s/%s", x->path, site, what);
}

static enum hs_status put(struct writing *x, const char *site, const char *what, enum hs_dump_type type, struct hs_shape shape,
                          const void *data, struct hs_err *e)
{
    const char *path = path_to(x, site, what);
    struct hs_dump_array a = {.type = type, .shape = shape, .data = data};
    return path ? hs_dump_put(x->w, path, &a, e) : HS_OUT_OF_MEMORY(e);
}

static struct hs_shape line(size_t n) { return (struct hs_shape){.rank = 1, .dim = {n}}; }

/* The stored trial says which scale it began with: what is found now must be that. */
static enum hs_status compare(const struct writing *x, const struct hs_site *s, const char *site, struct hs_err *e)
{
    for (size_t i = 0; x->record && i < x->record->trace.sites; i++) {
        const struct hs_site_row *row = &x->record->trace.site[i];
        if (strcmp(row->layer, x->layer) || strcmp(row->site, site) || isnan(row->scale)) continue;
        double scale = (double)s->grid.scale[0], zero = s->grid.zero ? (double)s->grid.zero[0] : 0;
        if (s->grid.dynamic || scale != row->scale || zero != (isnan(row->zero) ? 0 : row->zero))
            return HS_FAIL(e, HS_EDATA, "%s of %s has the scale %.9g and the zero point %g, the stored trial %.9g and %g", site,
                           x->layer, scale, zero, row->scale, row->zero);
    }
    return HS_OK;
}

static enum hs_status put_words(struct writing *x, const struct hs_site *s, const char *site, struct hs_err *e)
{
    const struct hs_grid *g = &s->grid;
    const char *path = hs_arena_text(x->arena, "%s/%s", x->path, site),
               *group = hs_arena_text(x->arena, "%zu", g->parts.group);
    const char *word[][2] = {{"format", g->format->name}, {"granularity", s->row.granularity}, {"strategy", s->row.strategy},
                             {"codes", g->symmetric ? "symmetric" : "affine"}, {"group", g->parts.group ? group : NULL},
                             {"scales", g->dynamic ? "from the values at run time" : "fixed"}};
    if (!path || !group) return HS_OUT_OF_MEMORY(e);
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        if (word[i][1]) HS_TRY(hs_dump_put_text(x->w, path, word[i][0], word[i][1], e));
    return HS_OK;
}

/* Scales and zero points; the zero points of integers are whole, but for a strategy that says otherwise. */
static enum hs_status put_grid(struct writing *x, const struct hs_site *s, const char *site, struct hs_err *e)
{
    const struct hs_grid *g = &s->grid;
    size_t n = g->dynamic ? 0 : g->n;
    HS_TRY(compare(x, s, site, e));
    HS_TRY(put(x, site, "scale", HS_DUMP_F32, line(n), g->scale, e));
    float *zero = HS_NEW(x->arena, n + 1, float);
    if (!zero) return HS_OUT_OF_MEMORY(e);
    if (g->zero && n) memcpy(zero, g->zero, n * sizeof *zero);
    HS_TRY(put(x, site, "zero_point", HS_DUMP_F32, line(n), zero, e));
    if (g->tensor_scale > 0) HS_TRY(put(x, site, "tensor_scale", HS_DUMP_F32, line(1), &g->tensor_scale, e));
    return put_words(x, s, site, e);
}

static void narrow(enum hs_dump_type type, const int32_t *code, size_t n, void *to)
{
    for (size_t i = 0; i < n; i++)
        if (hs_dump_type_bytes(type) == 1) ((uint8_t *)to)[i] = (uint8_t)code[i];
        else ((uint16_t *)to)[i] = (uint16_t)code[i];
}

/* Codes are those of the rounded values: a method may have gone elsewhere than the nearest one. */
static enum hs_status put_codes(struct writing *x, const struct hs_grid *g, const char *site, const struct hs_tensor *value,
                                struct hs_err *e)
{
    size_t n = hs_shape_count(&value->shape);
    int32_t *code = hs_alloc(n, sizeof *code);
    float *narrowed = hs_alloc(n, sizeof *narrowed); /* room for values, then for narrow codes */
    uint8_t *packed = hs_alloc_zeroed(hs_format_packed(g->format, n) + 1, 1);
    if (code && narrowed && packed) {
        hs_grid_encode(g, value->data, code, n, 0);
        hs_grid_decode(g, code, narrowed, n, 0);
        for (size_t i = 0; i < n && !e->status; i++)
            if (narrowed[i] != value->data[i])
                HS_FAIL(e, HS_EDATA, "value %zu of %s, %.9g, is none of its grid's", i, site, (double)value->data[i]);
        narrow(type_of(g->format), code, n, narrowed);
        if (!e->status) put(x, site, "codes", type_of(g->format), value->shape, narrowed, e);
        if (!e->status && g->format->bits % 8) {
            hs_format_pack(g->format, code, n, packed);
            put(x, site, "packed", HS_DUMP_U8, line(hs_format_packed(g->format, n)), packed, e);
        }
    } else {
        HS_OUT_OF_MEMORY(e);
    }
    hs_free(code), hs_free(narrowed), hs_free(packed);
    return e->status;
}

/* A weight. Block formats take their scales from the values as they go: from the float weight, once and for all. */
static enum hs_status put_weight(struct writing *x, const struct hs_site *s, const char *site, const struct hs_tensor *was,
                                 const struct hs_tensor *value, struct hs_err *e)
{
    struct hs_site fixed = *s;
    if (s->grid.dynamic) {
        fixed.grid.dynamic = false;
        HS_TRY(hs_grid_alloc(&fixed.grid, hs_parts_count(&s->grid.parts), !s->grid.symmetric, e));
        hs_grid_measure(&fixed.grid, was->data, hs_shape_count(&was->shape));
    }
    if (!put_codes(x, &fixed.grid, site, value, e)) put_grid(x, &fixed, site, e);
    if (s->grid.dynamic) hs_grid_free(&fixed.grid);
    return e->status;
}

static enum hs_status put_layer(struct writing *x, const struct hs_net *net, const struct hs_node *n, const struct hs_quant *q,
                                struct hs_err *e)
{
    size_t k = 0;
    for (const struct hs_param_rule *p = n->op->param; q->weights && p && p->name && k < q->weights->sites; p++) {
        const struct hs_param *was = p->is_weight ? hs_node_param(net, n, p->name) : NULL;
        if (!was) continue;
        HS_TRY(put_weight(x, q->weights->site[k], p->name, &was->value, &q->weights->value[k], e));
        k++;
    }
    for (int i = 0; i < HS_MAX_INPUTS; i++) {
        const char *name = i ? hs_arena_text(x->arena, "input%d", i) : "input";
        if (!name) return HS_OUT_OF_MEMORY(e);
        if (q->input[i]) HS_TRY(put_grid(x, q->input[i], name, e));
    }
    if (q->output) HS_TRY(put_grid(x, q->output, "output", e));
    HS_TRY(hs_dump_put_text(x->w, x->path, "name", n->name, e));
    return hs_dump_put_text(x->w, x->path, "bias", q->weights && q->weights->bias.data ? "corrected" : "kept", e);
}

/* The node's parameters, its own or shared ones, with those that were rounded in their places: parameters of its own. */
static enum hs_status replace(struct hs_net *net, struct hs_node *n, const struct hs_quant *q, struct hs_err *e)
{
    const struct hs_node *from = n->shares >= 0 ? &net->node[n->shares] : n;
    struct hs_param *own = HS_NEW(net->arena, from->params + 1, struct hs_param);
    size_t k = 0, count = from->params;
    if (!own) return HS_OUT_OF_MEMORY(e);
    if (count) memcpy(own, from->param, count * sizeof *own);
    for (const struct hs_param_rule *p = n->op->param; q->weights && p && p->name && k < q->weights->sites; p++)
        for (size_t i = 0; p->is_weight && i < count; i++)
            if (!strcmp(own[i].name, p->name)) own[i].value.data = q->weights->value[k++].data;
    if (q->weights && q->weights->bias.data) {
        size_t i = 0;
        while (i < count && strcmp(own[i].name, "bias")) i++;
        own[i] = (struct hs_param){.name = "bias", .value = q->weights->bias};
        count += i == count;
    }
    n->param = own, n->params = count;
    return HS_OK;
}

static enum hs_status write_layers(struct writing *x, struct hs_net *net, const struct hs_sequence *s, struct hs_err *e)
{
    size_t place = 0;
    for (size_t i = 0; i < net->nodes; place += !net->node[i++].hidden)
        for (size_t k = 0; k < s->layers; k++) {
            if (s->layer[k].node != (int)i) continue;
            snprintf(x->path, sizeof x->path, "/quantization/n%04zu", place);
            x->layer = net->node[i].name;
            if (put_layer(x, net, &net->node[i], &s->state.quant[i], e)) return hs_err_where(e, "layer %s", x->layer);
        }
    /* Those that share are served before the owner changes. */
    for (size_t i = net->nodes; i-- > 0;) HS_TRY(replace(net, &net->node[i], &s->state.quant[i], e));
    for (size_t i = 0; i < net->nodes; i++) net->node[i].shares = -1;
    return HS_OK;
}

static enum hs_status write_all(struct hs_dump_writer *w, struct hs_net *net, const struct hs_sequence *s,
                                const struct hs_trial *t, const struct hs_record *record, struct hs_err *e)
{
    struct hs_text levels = {0};
    struct writing x = {.w = w, .record = record, .arena = hs_arena_open()};
    hs_trial_text(t, &levels);
    if (!x.arena || levels.failed) HS_OUT_OF_MEMORY(e);
    else if (!write_layers(&x, net, s, e) && !hs_dump_put_net(w, net, e) &&
             !hs_dump_put_text(w, "/", "halfstep_trial", t->id, e))
        hs_dump_put_text(w, "/", "halfstep_levels", levels.s, e);
    hs_text_free(&levels);
    hs_arena_close(x.arena);
    return e->status;
}

enum hs_status hs_apply(struct hs_study *s, const struct hs_trial *t, const struct hs_record *record, const char *file,
                        size_t *layers, struct hs_err *e)
{
    const struct hs_inputs *in = &s->inputs;
    struct hs_net *net = &in->net[t->network];
    struct hs_arena *a = hs_arena_open();
    struct hs_lab *lab = NULL;
    struct hs_sequence q = {0};
    struct hs_dump_writer *w = NULL;
    if (!a) return HS_OUT_OF_MEMORY(e);
    if (t->transform) {
        hs_arena_close(a);
        return HS_FAIL(e, HS_EUSAGE, "this trial rewrites the network before it quantizes it (transform: %s): its weights do "
                       "not fit the network that %s holds", t->transform->name, net->path ? net->path : "the file");
    }
    /* A name that cannot be written is told before the work; whoever interrupts that finds no file. */
    if (!hs_dump_create(file, &w, e)) hs_dump_abandon(w);
    if (!e->status &&
        !hs_lab_open(net, hs_inputs_calibration(in, t->network, t->draw), in->evaluation[t->network], hs_run_memory(1),
                     &lab, e) &&
        !hs_sequence_whole(&q, lab, &t->spec, a, e) && !hs_dump_create(file, &w, e)) {
        *layers = q.layers;
        if (!write_all(w, net, &q, t, record, e)) hs_dump_finish(w, e);
        else hs_dump_abandon(w);
    }
    hs_sequence_close(&q);
    hs_lab_close(lab);
    hs_arena_close(a);
    return e->status;
}
