/* archive.c - .keras archives by libzip; their weights are opened in memory, nothing is unpacked to disk. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "dump/archive.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool hs_archive_is(const char *path)
{
    char first[4] = "";
    FILE *f = fopen(path, "rb");
    bool zip = f && fread(first, 1, sizeof first, f) == sizeof first && !memcmp(first, "PK\3\4", sizeof first);
    if (f) fclose(f);
    return zip;
}

#ifndef HS_WITH_ZIP
enum hs_status hs_archive_open(const char *path, struct hs_h5 *h, struct hs_err *e)
{
    *h = (struct hs_h5){.path = path};
    return HS_FAIL(e, HS_EDATA, "'%s' is a .keras archive, and this build has no libzip to read it: install libzip-dev and "
                   "build anew, or save the model as .h5", path);
}
#else
#include <zip.h>

/* An archive says how long its members are; one that claims far more than it holds is a bomb. Keras packs the JSON and
 * stores the weights as they are. */
enum { MOST_TIMES = 64, MOST_TEXT = 1 << 26 };

struct zipped {
    zip_t *zip;
    const char *path;
    uint64_t bytes;
};

static enum hs_status read_member(const struct zipped *z, const char *name, uint64_t most, char **to, size_t *n,
                                  struct hs_err *e)
{
    zip_stat_t s;
    if (zip_stat(z->zip, name, 0, &s) || !(s.valid & ZIP_STAT_SIZE))
        return HS_FAIL(e, HS_EDATA, "'%s' is a zip archive without '%s', not a model of Keras 3", z->path, name);
    if (s.size > most)
        return HS_FAIL(e, HS_EDATA, "'%s' claims %llu bytes for '%s', more than it can be worth", z->path,
                       (unsigned long long)s.size, name);
    zip_file_t *f = zip_fopen(z->zip, name, 0);
    if (!f) return HS_FAIL(e, HS_EDATA, "cannot read '%s' in '%s': %s", name, z->path, zip_strerror(z->zip));
    char *bytes = hs_alloc(s.size + 1, 1);
    zip_int64_t got = bytes ? zip_fread(f, bytes, s.size) : 0;
    zip_fclose(f);
    if (!bytes) return HS_OUT_OF_MEMORY(e);
    if (got < 0 || (uint64_t)got != s.size) {
        hs_free(bytes);
        return HS_FAIL(e, HS_EDATA, "'%s' in '%s' is damaged", name, z->path);
    }
    bytes[s.size] = '\0';
    *to = bytes, *n = s.size;
    return HS_OK;
}

/* The library copies the image. */
static enum hs_status open_image(struct hs_h5 *h, char *image, size_t n, struct hs_err *e)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    h->bytes = n;
    if (access >= 0 && H5Pset_fapl_core(access, 1 << 16, 0) >= 0 && H5Pset_file_image(access, image, n) >= 0)
        h->id = H5Fopen("model.weights.h5", H5F_ACC_RDONLY, access);
    enum hs_status st = h->id > 0 ? HS_OK : hs_h5_fail(e, HS_EDATA, "cannot open model.weights.h5 in '%s'", h->path);
    if (h->id < 0) h->id = 0;
    if (access >= 0) H5Pclose(access);
    return st;
}

static enum hs_status read_members(const struct zipped *z, struct hs_h5 *h, struct hs_err *e)
{
    char *image;
    size_t n;
    HS_TRY(read_member(z, "config.json", MOST_TEXT, &h->config, &n, e));
    HS_TRY(read_member(z, "metadata.json", MOST_TEXT, &h->metadata, &n, e));
    HS_TRY(read_member(z, "model.weights.h5", MOST_TIMES * z->bytes, &image, &n, e));
    enum hs_status st = open_image(h, image, n, e);
    hs_free(image);
    return st;
}

enum hs_status hs_archive_open(const char *path, struct hs_h5 *h, struct hs_err *e)
{
    int why;
    struct stat s;
    struct zipped z = {.path = path, .zip = zip_open(path, ZIP_RDONLY, &why)};
    *h = (struct hs_h5){.path = path};
    if (!z.zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, why);
        HS_FAIL(e, HS_EDATA, "cannot open the archive '%s': %s", path, zip_error_strerror(&error));
        zip_error_fini(&error);
        return HS_EDATA;
    }
    z.bytes = stat(path, &s) ? 0 : (uint64_t)s.st_size;
    enum hs_status st = read_members(&z, h, e);
    zip_discard(z.zip);
    if (st) hs_h5_close(h);
    return st;
}
#endif
