/* put.c - writes by temporary name, fsync and rename: what is killed leaves no half file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/put.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 4096 };

static enum hs_status join(char out[PATH], const char *dir, const char *name, struct hs_err *e)
{
    if (snprintf(out, PATH, "%s/%s", dir, name) < PATH) return HS_OK;
    return HS_FAIL(e, HS_ECREATE, "the path %.100s.../%s is too long", dir, name);
}

enum hs_status hs_put_folder(const char *dir, const char *sub, struct hs_err *e)
{
    char path[PATH];
    HS_TRY(join(path, dir, sub, e));
    for (char *p = path + 1;; p++) {
        char was = *p;
        if (was != '/' && was != '\0') continue;
        *p = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            return HS_FAIL(e, HS_ECREATE, "cannot make the folder %s: %s", path, strerror(errno));
        *p = was;
        if (!was) return HS_OK;
    }
}

enum hs_status hs_put_rename(const char *path, struct hs_err *e)
{
    char from[PATH];
    if (snprintf(from, sizeof from, "%s.new", path) >= PATH) return HS_FAIL(e, HS_ECREATE, "a path is too long");
    int fd = open(from, O_RDONLY);
    bool bad = fd < 0 || fsync(fd);
    int why = errno;
    if (fd >= 0) close(fd);
    if (!bad && rename(from, path)) bad = true, why = errno;
    if (!bad) return HS_OK;
    unlink(from);
    return HS_FAIL(e, HS_ECREATE, "cannot write %s: %s", path, strerror(why));
}

enum hs_status hs_put_text(const char *dir, const char *name, const struct hs_text *t, struct hs_err *e)
{
    char path[PATH], fresh[PATH];
    if (t->failed) return HS_OUT_OF_MEMORY(e);
    HS_TRY(join(path, dir, name, e));
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= PATH) return HS_FAIL(e, HS_ECREATE, "a path is too long");
    FILE *f = fopen(fresh, "wb");
    if (!f) return HS_FAIL(e, HS_ECREATE, "cannot write %s: %s", path, strerror(errno));
    bool bad = t->n && fwrite(t->s, 1, t->n, f) != t->n;
    int why = errno;
    if (fclose(f) && !bad) bad = true, why = errno;
    if (!bad) return hs_put_rename(path, e);
    unlink(fresh);
    return HS_FAIL(e, HS_ECREATE, "cannot write %s: %s", path, strerror(why));
}

enum hs_status hs_put_read(const char *path, struct hs_text *t, struct hs_err *e)
{
    char block[1 << 14];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f) return HS_FAIL(e, HS_ENOINPUT, "cannot open %s: %s", path, strerror(errno));
    while ((n = fread(block, 1, sizeof block, f)) > 0) hs_text_put(t, block, n);
    bool bad = ferror(f);
    fclose(f);
    if (bad) return HS_FAIL(e, HS_EDATA, "cannot read %s", path);
    return t->failed ? HS_OUT_OF_MEMORY(e) : HS_OK;
}
