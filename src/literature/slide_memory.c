/* slide_memory.c - "LLAMA Example": what int8 and int4 save on the real layer shapes, with and
 * without the scales and zero-points that have to be stored, too. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"

#include <math.h>

/* Touvron et al. 2023 (7B, 13B) and 2023b (70B, grouped queries: keys and values have 8 heads
 * of 128). */
static const struct model {
    const char *name;
    double layers, width, key_width, hidden, vocabulary;
} models[] = {
    {"LLaMA 7B", 32, 4096, 4096, 11008, 32000},
    {"LLaMA 13B", 40, 5120, 5120, 13824, 32000},
    {"Llama 2 70B", 80, 8192, 1024, 28672, 32000},
};

enum granularity { NOTHING, TENSOR, CHANNEL, GROUP };
static const struct scheme {
    const char *name;
    double bits;
    enum granularity granularity;
    double group, scale_bits, zero_bits;
    bool all; /* embeddings, output head and norms as well, as the lecture's percentages need;
                 else these stay fp16 */
} schemes[] = {
    {"fp32", 32, NOTHING, 0, 0, 0, true},
    {"fp16", 16, NOTHING, 0, 0, 0, true},
    {"int8, no metadata", 8, NOTHING, 0, 0, 0, true},
    {"int8, per tensor", 8, TENSOR, 0, 32, 8, false},
    {"int8, per channel", 8, CHANNEL, 0, 32, 0, false},
    {"int4, no metadata", 4, NOTHING, 0, 0, 0, true},
    {"int4, per channel", 4, CHANNEL, 0, 32, 0, false},
    {"int4, group 128, fp16 scale, int4 zero", 4, GROUP, 128, 16, 4, false},
    {"int4, group 32, fp16 scale", 4, GROUP, 32, 16, 0, false},
    {"nf4, block 64, fp32 scale", 4, GROUP, 64, 32, 0, false},
    {"mxfp4, block 32, 8-bit scale", 4, GROUP, 32, 8, 0, false},
};

struct matrix {
    double out, in, copies;
};

/* All matrices that are quantized: queries, keys, values, output, gate, up, down. */
static size_t matrices(const struct model *m, struct matrix to[7])
{
    const struct matrix all[7] = {
        {m->width, m->width, m->layers},     {m->key_width, m->width, m->layers},
        {m->key_width, m->width, m->layers}, {m->width, m->width, m->layers},
        {m->hidden, m->width, m->layers},    {m->hidden, m->width, m->layers},
        {m->width, m->hidden, m->layers},
    };
    for (size_t i = 0; i < 7; i++) to[i] = all[i];
    return 7;
}

/* Embedding, head, two norms a layer and the last one. */
static double others(const struct model *m)
{
    return 2 * m->vocabulary * m->width + (2 * m->layers + 1) * m->width;
}

/* Scales (and zero-points) of a matrix; the last group of a row may be short. */
static double parts(const struct scheme *s, double out, double in)
{
    switch (s->granularity) {
    case TENSOR:
        return 1;
    case CHANNEL:
        return out;
    case GROUP:
        return out * ceil(in / s->group);
    default:
        return 0;
    }
}

static double matrix_bits(const struct scheme *s, double out, double in)
{
    return out * in * s->bits + parts(s, out, in) * (s->scale_bits + s->zero_bits);
}

struct cost {
    double weights, bits, quantized_weights, quantized_bits;
};

static struct cost cost(const struct model *m, const struct scheme *s)
{
    struct matrix all[7];
    struct cost c = {0};
    size_t n = matrices(m, all);
    for (size_t i = 0; i < n; i++) {
        c.quantized_weights += all[i].copies * all[i].out * all[i].in;
        c.quantized_bits += all[i].copies * matrix_bits(s, all[i].out, all[i].in);
    }
    c.weights = c.quantized_weights + others(m);
    c.bits = c.quantized_bits + others(m) * (s->all ? s->bits : 16);
    return c;
}

static void whole_models(struct hs_answer *a)
{
    static const struct hs_column column[] = {{"model", false},
                                              {"parameters", true},
                                              {"weights", false},
                                              {"metadata", false},
                                              {"bits_per_weight", true},
                                              {"bytes", true},
                                              {"GB", true},
                                              {"saved_vs_fp16_percent", true},
                                              {"saved_vs_fp32_percent", true}};
    struct hs_table *t =
        hs_answer_table(a, "memory-models",
                        "Memory of the weights; with metadata: embeddings, head and "
                        "norms stay fp16; bits_per_weight: of what is quantized",
                        HS_COLUMNS(column));
    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++) {
            struct cost c = cost(&models[m], &schemes[s]);
            hs_table_text(t, "%s", models[m].name);
            hs_table_number(t, "%.0f", c.weights);
            hs_table_text(t, "%s", schemes[s].name);
            hs_table_text(t, "%s", schemes[s].all ? "without" : "with");
            hs_table_number(t, "%.4f", c.quantized_bits / c.quantized_weights);
            hs_table_number(t, "%.0f", ceil(c.bits / 8));
            hs_table_number(t, "%.2f", c.bits / 8e9);
            hs_table_number(t, "%.2f", 100 * (1 - c.bits / (16 * c.weights)));
            hs_table_number(t, "%.2f", 100 * (1 - c.bits / (32 * c.weights)));
        }
}

/* The smaller a matrix, the more its scales weigh. */
static void single_matrices(struct hs_answer *a)
{
    static const struct hs_column column[] = {{"matrix", false},
                                              {"weights", false},
                                              {"bits_per_weight", true},
                                              {"saved_vs_fp16_percent", true},
                                              {"saved_vs_fp32_percent", true}};
    static const double side[] = {64, 512, 4096};
    struct hs_table *t = hs_answer_table(
        a, "memory-matrices", "A single matrix, metadata included", HS_COLUMNS(column));
    for (size_t i = 0; i < sizeof side / sizeof *side; i++)
        for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++) {
            if (schemes[s].all) continue;
            double bits = matrix_bits(&schemes[s], side[i], side[i]) / (side[i] * side[i]);
            hs_table_text(t, "%.0fx%.0f", side[i], side[i]);
            hs_table_text(t, "%s", schemes[s].name);
            hs_table_number(t, "%.4f", bits);
            hs_table_number(t, "%.2f", 100 * (1 - bits / 16));
            hs_table_number(t, "%.2f", 100 * (1 - bits / 32));
        }
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    (void)ask, (void)e;
    whole_models(a);
    single_matrices(a);
    return HS_OK;
}

const struct hs_table_type hs_table_slide_memory = {
    .name = "memory",
    .summary =
        "memory of LLaMA 7B, 13B and 70B in fp16, int8 and int4, with and without metadata",
    .cite = "Touvron et al. 2023; Touvron et al. 2023b",
    .kind = HS_SLIDE,
    .run = run,
};
