/* manifest.c - writes manifest.json. Only here do times and machines appear: the rest of a
 * run's folder is the same wherever it was made. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/echo.h"
#include "experiment/manifest.h"
#include "experiment/put.h"

#include <H5public.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>
#include <yaml.h>

static json_t *key_json(struct hs_key k)
{
    char hex[HS_KEY_HEX];
    hs_key_hex(k, hex);
    return json_string(hex);
}

/* Files by the names that the config gives them, with the digest of what was read from them. */
static json_t *inputs_json(const struct hs_plan *p, const struct hs_inputs *in)
{
    json_t *networks = json_array();
    for (size_t i = 0; i < in->networks; i++) {
        json_t *draws = json_array();
        for (size_t d = 0; d < in->draws; d++)
            json_array_append_new(draws, key_json(in->calibration[i * in->draws + d]->digest));
        json_array_append_new(
            networks,
            json_pack("{s:s, s:s, s:o, s:o, s:I, s:o}", "file",
                      p->config->setting[HS_ROW_NETWORK].value[i].label, "name",
                      in->net[i].name, "network", key_json(in->net[i].digest), "evaluation",
                      key_json(in->evaluation[i]->digest), "evaluation_samples",
                      (json_int_t)in->evaluation[i]->n, "calibration", draws));
    }
    return networks;
}

static json_t *versions_json(void)
{
    json_t *v = json_object();
    int major, minor, patch;
    unsigned h5[3] = {0};
    H5get_libversion(&h5[0], &h5[1], &h5[2]);
    yaml_get_version(&major, &minor, &patch);
    json_object_set_new(v, "halfstep", json_string(PACKAGE_VERSION));
    json_object_set_new(v, "compiler", json_string(__VERSION__));
    json_object_set_new(v, "gsl", json_string(gsl_version));
    json_object_set_new(v, "hdf5", json_sprintf("%u.%u.%u", h5[0], h5[1], h5[2]));
    json_object_set_new(v, "jansson", json_string(JANSSON_VERSION));
    json_object_set_new(v, "libyaml", json_sprintf("%d.%d.%d", major, minor, patch));
    json_object_set_new(v, "xxhash", json_integer((json_int_t)XXH_versionNumber()));
    return v;
}

static json_t *arithmetic_json(void)
{
    const char *isa = getenv("HALFSTEP_ISA");
#ifdef HS_WITH_CBLAS
    const char *product = "cblas: results depend on the machine";
#else
    const char *product = "own: the same bits on every machine";
#endif
    return json_pack("{s:s, s:s}", "product", product, "isa",
                     isa && *isa ? isa : "best of the machine");
}

static json_t *host_json(int threads)
{
    struct utsname u;
    memset(&u, 0, sizeof u);
    uname(&u);
    return json_pack("{s:s, s:s, s:s, s:i}", "system", u.sysname, "release", u.release,
                     "machine", u.machine, "threads", threads);
}

static json_t *time_json(double seconds)
{
    char text[32];
    time_t t = (time_t)seconds;
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return json_string(text);
}

static json_t *trials_json(const struct hs_plan *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->trials; i++)
        json_array_append_new(list, json_string(p->trial[i].id));
    return list;
}

static json_t *run_json(const struct hs_manifest_time *t)
{
    json_t *run = host_json(t->threads);
    json_object_set_new(run, "began", time_json(t->began));
    if (t->seconds < 0) return run;
    json_object_set_new(run, "seconds", json_real(floor(t->seconds * 1000) / 1000));
    json_object_set_new(run, "layer_calibrations", json_integer((json_int_t)t->calibrations));
    json_object_set_new(run, "node_evaluations", json_integer((json_int_t)t->evaluations));
    return run;
}

/* The same part of the manifest that is there already, or NULL. */
static json_t *earlier(const char *dir, const char *key)
{
    struct hs_err unused = {0};
    char *bytes;
    size_t n;
    if (hs_store_get(dir, "manifest.json", &bytes, &n, &unused)) return NULL;
    json_t *root = json_loadb(bytes, n, 0, NULL),
           *part = json_incref(json_object_get(root, key));
    json_decref(root);
    hs_free(bytes);
    return part;
}

/* With as few digits as give the same numbers again. */
static char *text_of(const json_t *root)
{
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_t *again = text ? json_loads(text, 0, NULL) : NULL;
    if (text && !json_equal(root, again)) {
        free(text);
        text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    }
    json_decref(again);
    return text;
}

enum hs_status hs_manifest_write(const char *dir, const struct hs_plan *p,
                                 const struct hs_inputs *in, const struct hs_manifest_time *t,
                                 struct hs_err *e)
{
    json_t *root = json_object(), *run = t ? run_json(t) : earlier(dir, "run");
    json_object_set_new(root, "halfstep_manifest", json_integer(1));
    json_object_set_new(root, "config", hs_config_echo(p->config));
    json_object_set_new(root, "inputs", inputs_json(p, in));
    json_object_set_new(root, "versions", versions_json());
    json_object_set_new(root, "arithmetic", arithmetic_json());
    if (run) json_object_set_new(root, "run", run);
    json_object_set_new(root, "trials", trials_json(p));
    char *text = text_of(root);
    json_decref(root);
    if (!text) return HS_OUT_OF_MEMORY(e);
    enum hs_status st = hs_store_put(dir, "manifest.json", text, strlen(text), e);
    free(text);
    return st;
}
