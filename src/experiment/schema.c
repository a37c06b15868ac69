/* schema.c - the table of keys. To add a key: a name in schema.h, a row here. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/schema.h"

#include "budget/run.h"
#include "format/grid.h"
#include "net/net.h"

#include <string.h>

static const char *const outputs[] = {"logits", "probabilities", NULL};
/* The roster of conventions as words: a test compares the two. */
static const char *const conventions[] = {"slides", "torch", "onnx", "tflite", NULL};
static const char *const zero_points[] = {"inside", "after", NULL};
static const char *const divides[] = {"scale", "reciprocal", NULL};
static const char *const products[] = {"values", "codes", NULL};
static const char *const ranges[] = {"full", "restricted", NULL};
static const char *const contexts[] = {"quantized", "float", NULL};
static const char *const measures[] = {"final", "steps", NULL};
static const char *const budget_sides[] = {"weights", "both", NULL};
static const char *const tables[] = {"csv", "md", "tex", NULL};
static const char *const widths[] = {"page", "column", NULL};
static const char *const figures[] = {"svg", "pdf", "png", "tex", NULL};

/* clang-format off */
#define KEY(p, k, m) .path = (p), .kind = HS_VALUE_##k, .meaning = (m)
#define WORDS(p, w, o, m) .path = (p), .kind = HS_VALUE_WORD, .words = (w), .otherwise = (o), .meaning = (m)
#define PICK(p, f, o, m) .path = (p), .kind = HS_VALUE_PICK, .from = &hs_pick_##f, .otherwise = (o), .meaning = (m)
#define FLAG(p, o, m) .path = (p), .kind = HS_VALUE_FLAG, .otherwise = (o), .meaning = (m)
#define FACTOR .many = HS_FACTOR

/* The same keys for each split, and the same fields for each side, wherever a side can be written. */
#define SPLIT(KIND, path_, split_)                                                                                   \
    [HS_ROW_##KIND##_FILE] = {KEY(path_ ".file", FILE, "HDF5 file with the data"), .otherwise_is = "the network's"}, \
    [HS_ROW_##KIND##_SPLIT] = {KEY(path_ ".split", TEXT, "group below /data"), .otherwise = split_},                 \
    [HS_ROW_##KIND##_INPUTS] = {KEY(path_ ".inputs", TEXT, "dataset, or group with one dataset a port; samples first"), .otherwise_is = "`/data/SPLIT/inputs`"},   \
    [HS_ROW_##KIND##_TARGETS] = {KEY(path_ ".targets", TEXT, "dataset: labels, next tokens or values; -1 is ignored"), .otherwise_is = "`/data/SPLIT/targets`"},   \
    [HS_ROW_##KIND##_MASK] = {KEY(path_ ".mask", TEXT, "dataset: 0 leaves a sample or position out"), .otherwise_is = "`/data/SPLIT/mask`"},                       \
    [HS_ROW_##KIND##_CLUSTER] = {KEY(path_ ".cluster", TEXT, "dataset: what samples are clustered by, for honest intervals"), .otherwise_is = "`/data/SPLIT/cluster`"}, \
    [HS_ROW_##KIND##_ROWS] = {KEY(path_ ".rows", RANGE, "rows of the datasets that make the split, `begin:end`; an end may be left out"), .otherwise_is = "all"}

#define SIDE(KIND, path_, format_, granularity_, symmetric_, range_, MANY)                                           \
    [HS_ROW_##KIND##_FORMAT] = {PICK(path_ ".format", format, format_, "number format"), MANY},                      \
    [HS_ROW_##KIND##_GRANULARITY] = {KEY(path_ ".granularity", GRANULARITY, "what shares a scale: `tensor`, `channel`, `token`, `block`, or `group:N`"), .otherwise = granularity_, MANY}, \
    [HS_ROW_##KIND##_SYMMETRIC] = {FLAG(path_ ".symmetric", symmetric_, "zero-point 0; otherwise affine"), MANY},    \
    [HS_ROW_##KIND##_RANGE] = {WORDS(path_ ".range", ranges, range_, "`restricted` leaves the lowest code of a signed format out"), MANY}

#define DYNAMIC(path_, otherwise_) FLAG(path_ ".dynamic", otherwise_, "scales from the values at run time instead of from calibration data")

const struct hs_row hs_schema[HS_ROWS] = {
    [HS_ROW_NAME] = {KEY("name", NAME, "of the experiment and of its folder in results/"), .otherwise_is = "the file's name"},
    [HS_ROW_QUESTION] = {KEY("question", TEXT, "what the experiment asks; heads the report")},
    [HS_ROW_SEED] = {KEY("seed", SEED, "root of every named random stream, 64 bits; decimal or 0x..."), .otherwise = "1"},
    [HS_ROW_NETWORK] = {KEY("network", FILE, "dump or Keras file with the network"), FACTOR, .required = true},
    [HS_ROW_TASK] = {WORDS("task", hs_task_names, NULL, "what the output is for, where the file does not say"), .otherwise_is = "the file's"},
    [HS_ROW_OUTPUT] = {WORDS("output", outputs, NULL, "what the output is, where the file does not say"), .otherwise_is = "the file's"},

    [HS_ROW_CALIBRATION] = {KEY("data.calibration", SECTION, "what activations are observed on; not needed where nothing is calibrated on data")},
    SPLIT(CALIBRATION, "data.calibration", "calibration"),
    [HS_ROW_CALIBRATION_SAMPLES] = {KEY("data.calibration.samples", COUNT, "samples a draw"), .min = 1, .max = 1e9, .otherwise_is = "all rows"},
    [HS_ROW_DRAWS] = {KEY("data.calibration.draws", COUNT, "draws, each a level of this factor: draw d has rows d n .. (d + 1) n of one permutation"), .min = 1, .max = 10000, .otherwise = "1"},
    [HS_ROW_EVALUATION] = {KEY("data.evaluation", SECTION, "what errors are measured on; never overlaps the calibration data")},
    SPLIT(EVALUATION, "data.evaluation", "evaluation"),
    [HS_ROW_EVALUATION_SAMPLES] = {KEY("data.evaluation.samples", COUNT, "the first so many rows"), .min = 1, .max = 1e9, .otherwise_is = "all rows"},

    [HS_ROW_CONVENTION] = {WORDS("scheme.convention", conventions, "slides", "rounding, zero-point and division in one word"), FACTOR},
    [HS_ROW_ROUNDING] = {WORDS("scheme.rounding", hs_rounding_names, NULL, "instead of a convention: what happens to ties"), FACTOR, .otherwise_is = "the convention's"},
    [HS_ROW_ZERO_POINT] = {WORDS("scheme.zero_point", zero_points, NULL, "instead of a convention: round(x / S + Z) or round(x / S) + Z"), FACTOR, .otherwise_is = "the convention's"},
    [HS_ROW_DIVIDE] = {WORDS("scheme.divide", divides, NULL, "instead of a convention: x / S or x times the float32 reciprocal"), FACTOR, .otherwise_is = "the convention's"},
    [HS_ROW_PRODUCTS] = {WORDS("scheme.products", products, NULL, "what linear and convolution layers on two integer grids multiply: dequantized values, as toolkits simulate; or codes, scaled once, as a device does (`halfstep integer` finds no difference then)"), FACTOR, .otherwise_is = "`values`"},

    [HS_ROW_WEIGHTS] = {KEY("scheme.weights", SECTION, "how weights are quantized, or `none`")},
    SIDE(WEIGHTS, "scheme.weights", "int8", "channel", "true", "restricted", FACTOR),
    [HS_ROW_ACTIVATIONS] = {KEY("scheme.activations", SECTION, "how the inputs of layers are quantized, or `none`")},
    SIDE(ACTIVATIONS, "scheme.activations", "int8", "tensor", "false", "full", FACTOR),
    [HS_ROW_ACTIVATIONS_DYNAMIC] = {DYNAMIC("scheme.activations", "false"), FACTOR},
    [HS_ROW_SKIP] = {KEY("scheme.skip", TEXT, "operators (`conv2d`, `norm` for every norm) or node globs that stay float"), .many = HS_LIST},
    [HS_ROW_OVERRIDES] = {KEY("scheme.overrides", RULES, "rules for the nodes whose name matches a glob; the last match wins, field by field; a norm is a layer only where one names it")},
    [HS_ROW_SITES] = {KEY("scheme.sites", SITES, "further node outputs to quantize: node glob -> fields of a side")},

    [HS_ROW_WEIGHTS_STRATEGY] = {PICK("calibration.weights", calib, "minmax", "strategy for the grids of weights"), FACTOR},
    [HS_ROW_ACTIVATIONS_STRATEGY] = {PICK("calibration.activations", calib, "minmax", "strategy for the grids of activations"), FACTOR},
    [HS_ROW_TRANSFORM] = {PICK("transform", transform, "none", "rewriting of the float network before quantization"), FACTOR},
    [HS_ROW_METHOD] = {PICK("method", method, "nearest", "how a weight matrix is rounded onto its grid"), FACTOR},
    [HS_ROW_ORDER] = {PICK("order", order, "forward", "sequence in which layers are quantized; `{random: {count: 5}}` is 5 levels, `{explicit: [a, b]}` lists layers"), FACTOR},
    [HS_ROW_CONTEXT] = {WORDS("context", contexts, "quantized", "what a layer sees when it is calibrated: the network quantized so far, or the float one"), FACTOR},
    [HS_ROW_OBJECTIVE] = {PICK("objective", objective, "tensor", "whose error a grid minimises"), FACTOR},
    [HS_ROW_MEASURE] = {WORDS("measure", measures, "final", "errors of every node after the last step, or after every step")},
    [HS_ROW_METRICS] = {PICK("metrics", metric, NULL, "figures of the whole network"), .many = HS_LIST, .otherwise_is = "sqnr, agreement and the task's own"},
    [HS_ROW_ATTRIBUTION] = {PICK("attribution", attribute, NULL, "what is asked about the layers of each finished trial; each answer is a table"), .many = HS_LIST},

    [HS_ROW_BUDGET] = {KEY("budget", SECTION, "mixed precision: one format a layer within a budget, asked of each finished trial (tables `budget`, `budget_layers`)")},
    [HS_ROW_BUDGET_FORMATS] = {PICK("budget.formats", format, NULL, "formats that a layer may get; the rest of its sides stays the scheme's"), .many = HS_LIST, .otherwise_is = "int2, int3, int4, int8"},
    [HS_ROW_BUDGET_SIDES] = {WORDS("budget.sides", budget_sides, NULL, "what gets the format: a layer's weights, or its input too"), .otherwise_is = "`weights`"},
    [HS_ROW_BUDGET_OF] = {WORDS("budget.of", hs_budget_of_names, NULL, "bits of weights with their scales, or products a sample times bits of both factors"), .otherwise_is = "`memory`"},
    [HS_ROW_BUDGET_AT] = {KEY("budget.at", REAL, "budgets, each a share of what float32 costs"), .min = 1e-6, .max = 1, .many = HS_LIST, .otherwise_is = "7 between the cheapest and the dearest assignment"},
    [HS_ROW_BUDGET_SEARCH] = {PICK("budget.search", budget, NULL, "how assignments are found; each one is measured"), .many = HS_LIST, .otherwise_is = "all"},

    [HS_ROW_TABLES] = {WORDS("report.tables", tables, "[csv, md, tex]", "formats of the tables"), .many = HS_LIST},
    [HS_ROW_FIGURES] = {WORDS("report.figures", figures, "[svg]", "formats of the figures"), .many = HS_LIST},
    [HS_ROW_WIDTH] = {WORDS("report.width", widths, "page", "width of the figures: 6.5 inches for a page, 3.4 for a column")},
    [HS_ROW_ZIP] = {KEY("zip", ZIP, "lists of factors that go together, level by level, instead of in every combination")},
    [HS_ROW_EXCLUDE] = {KEY("exclude", EXCLUDE, "combinations to leave out: {factor: level or list of levels, ...}")},
    [HS_ROW_ALLOW_NONFINITE] = {FLAG("allow_nonfinite", "false", "drop NaN and Inf in weights and data, and say how many, instead of refusing them")},

    [HS_ROW_RULE_MATCH] = {KEY("scheme.overrides[].match", TEXT, "glob over node names"), .required = true},
    [HS_ROW_RULE_WEIGHTS] = {KEY("scheme.overrides[].weights", SECTION, "as scheme.weights, one level each, or `none`")},
    SIDE(RULE_WEIGHTS, "scheme.overrides[].weights", NULL, NULL, NULL, NULL, .otherwise_is = "unchanged"),
    [HS_ROW_RULE_WEIGHTS_STRATEGY] = {PICK("scheme.overrides[].weights.calibration", calib, NULL, "strategy"), .otherwise_is = "unchanged"},
    [HS_ROW_RULE_ACTIVATIONS] = {KEY("scheme.overrides[].activations", SECTION, "as scheme.activations, one level each, or `none`")},
    SIDE(RULE_ACTIVATIONS, "scheme.overrides[].activations", NULL, NULL, NULL, NULL, .otherwise_is = "unchanged"),
    [HS_ROW_RULE_ACTIVATIONS_DYNAMIC] = {DYNAMIC("scheme.overrides[].activations", NULL), .otherwise_is = "unchanged"},
    [HS_ROW_RULE_ACTIVATIONS_STRATEGY] = {PICK("scheme.overrides[].activations.calibration", calib, NULL, "strategy"), .otherwise_is = "unchanged"},
    [HS_ROW_RULE_METHOD] = {PICK("scheme.overrides[].method", method, NULL, "how its weight is rounded"), .otherwise_is = "unchanged"},

    SIDE(SITE, "scheme.sites.*", NULL, NULL, NULL, NULL, .otherwise_is = "that of scheme.activations"),
    [HS_ROW_SITE_DYNAMIC] = {DYNAMIC("scheme.sites.*", NULL), .otherwise_is = "that of scheme.activations"},
    [HS_ROW_SITE_STRATEGY] = {PICK("scheme.sites.*.calibration", calib, NULL, "strategy"), .otherwise_is = "that of calibration.activations"},
};
/* clang-format on */

enum hs_row_name hs_schema_find(const char *path)
{
    int i = 0;
    while (i < HS_ROWS && strcmp(hs_schema[i].path, path)) i++;
    return (enum hs_row_name)i;
}
