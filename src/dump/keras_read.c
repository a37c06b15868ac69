/* keras_read.c - a network from a Keras file: the configuration is parsed, the layers are walked. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include "base/file.h"
#include "dump/read.h"
#include "net/op.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "model.h5" -> "model.json" */
static char *json_beside(struct hs_arena *a, const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    size_t n = dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);
    return hs_arena_text(a, "%.*s.json", (int)n, path);
}

static enum hs_status not_json(const char *where, const json_error_t *why, struct hs_err *e)
{
    return HS_FAIL(e, HS_EDATA, "%s is no JSON: %s at line %d, column %d", where, why->text, why->line, why->column);
}

/* The JSON beside a file of weights. */
static enum hs_status load_beside(const struct hs_keras *k, json_t **model, struct hs_err *e)
{
    char *beside = json_beside(k->a, k->h->path);
    json_error_t unread;
    const char *why;
    if (!beside) return HS_OUT_OF_MEMORY(e);
    FILE *f = hs_file_open(beside, &why);
    if (!f && access(beside, F_OK))
        return HS_FAIL(e, HS_EDATA, "'%s' holds weights of Keras without an architecture: neither the attribute model_config "
                       "nor '%s' (model.to_json()) is there", k->h->path, beside);
    if (!f) return HS_FAIL(e, HS_EDATA, "cannot read '%s', the architecture of '%s': %s", beside, k->h->path, why);
    *model = json_loadf(f, 0, &unread);
    fclose(f);
    return *model ? HS_OK : not_json(beside, &unread, e);
}

/* config.json of an archive, model_config of the file, or a JSON beside it; *model NULL where there is none. */
static enum hs_status load_config(struct hs_keras *k, json_t **model, struct hs_err *e)
{
    char *text;
    json_error_t why;
    *model = NULL;
    if (k->h->config) {
        *model = json_loads(k->h->config, 0, &why);
        return *model ? HS_OK : not_json("config.json", &why, e);
    }
    HS_TRY(hs_h5_text_at(k->h, "/", "model_config", k->a, &text, e));
    if (!text) return load_beside(k, model, e);
    *model = json_loads(text, 0, &why);
    return *model ? HS_OK : not_json("the attribute model_config", &why, e);
}

static enum hs_status where_weights_are(struct hs_keras *k, struct hs_err *e)
{
    enum hs_h5_kind kind;
    k->archive = k->h->config != NULL;
    HS_TRY(hs_h5_look(k->h, "/model_weights", &kind, e));
    k->weights = kind == HS_H5_GROUP ? "/model_weights" : "";
    return HS_OK;
}

/* An archive says its version in metadata.json. */
static enum hs_status archive_version(struct hs_keras *k, char **version, struct hs_err *e)
{
    json_error_t why;
    json_t *metadata = json_loads(k->h->metadata, 0, &why);
    if (!metadata) return not_json("metadata.json", &why, e);
    *version = hs_arena_text(k->a, "%s", hs_keras_text(metadata, "keras_version", "3"));
    json_decref(metadata);
    return *version ? HS_OK : HS_OUT_OF_MEMORY(e);
}

static enum hs_status read_version(struct hs_keras *k, struct hs_err *e)
{
    char *version, *backend;
    HS_TRY(hs_h5_text_at(k->h, "/", "keras_version", k->a, &version, e));
    if (k->archive) HS_TRY(archive_version(k, &version, e));
    HS_TRY(hs_h5_text_at(k->h, "/", "backend", k->a, &backend, e));
    k->major = version ? atoi(version) : 2;
    k->theano = backend && !strcmp(backend, "theano");
    k->net->source = hs_arena_text(k->net->arena, "Keras %s", version ? version : "");
    return k->net->source ? HS_OK : HS_OUT_OF_MEMORY(e);
}

static const char *op_of(const struct hs_net *net, struct hs_ref r) { return r.node < 0 ? "" : net->node[r.node].op->name; }

/* A softmax classifies. */
static void guess_task(struct hs_net *net)
{
    if (net->outputs == 1 && !strcmp(op_of(net, net->output[0]), "softmax")) net->task = HS_TASK_CLASSIFICATION;
}

enum hs_status hs_keras_read(const struct hs_h5 *h, struct hs_net *net, struct hs_err *e)
{
    struct hs_keras k = {.h = h, .net = net, .a = hs_arena_open()};
    json_t *model = NULL;
    if (!k.a) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = load_config(&k, &model, e);
    const char *name = st ? "" : hs_keras_text(json_object_get(model, "config"), "name", "");
    if (!st) st = hs_net_open(net, name, false, e);
    if (!st) st = where_weights_are(&k, e);
    if (!st) st = read_version(&k, e);
    if (!st) st = hs_keras_walk(&k, model, e);
    if (!st) guess_task(net);
    json_decref(model);
    hs_text_free(&k.wrong);
    hs_arena_close(k.a);
    return st;
}
