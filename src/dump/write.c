/* write.c - a dump appears whole or not at all: temporary name, sync, rename. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "dump/write.h"

#include "dump/put.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static hid_t create(const char *path)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), list = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(list, 0);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, list, access);
    H5Pclose(access);
    H5Pclose(list);
    return id;
}

enum hs_status hs_dump_create(const char *path, struct hs_dump_writer **to, struct hs_err *e)
{
    size_t n = strlen(path), room = n + 32;
    struct stat s;
    *to = NULL;
    if (!stat(path, &s) && !S_ISREG(s.st_mode)) /* the last step would put a file in its place */
        return HS_FAIL(e, HS_ECREATE, "cannot write '%s': it is there, and no ordinary file", path);
    struct hs_dump_writer *w = hs_alloc_zeroed(1, sizeof *w + n + 1 + room);
    if (!w) return HS_OUT_OF_MEMORY(e);
    w->path = memcpy(w + 1, path, n + 1);
    w->temporary = w->path + n + 1;
    snprintf(w->temporary, room, "%s.%ld.tmp", path, (long)getpid());
    w->id = create(w->temporary);
    if (w->id >= 0) return *to = w, HS_OK;
    hs_h5_fail(e, HS_ECREATE, "cannot write '%s'", path);
    hs_free(w);
    return e->status;
}

void hs_dump_abandon(struct hs_dump_writer *w)
{
    if (!w) return;
    if (w->id > 0) H5Fclose(w->id);
    unlink(w->temporary);
    hs_free(w);
}

static bool sync_at(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool fine = fd >= 0 && !fsync(fd);
    if (fd >= 0) close(fd);
    return fine;
}

enum hs_status hs_dump_finish(struct hs_dump_writer *w, struct hs_err *e)
{
    enum hs_status st = HS_OK;
    if (H5Fclose(w->id) < 0) st = hs_h5_fail(e, HS_ECREATE, "cannot write '%s'", w->path);
    w->id = 0;
    if (!st && (!sync_at(w->temporary, O_RDWR) || rename(w->temporary, w->path)))
        st = HS_FAIL(e, HS_ECREATE, "cannot write '%s': %s", w->path, strerror(errno));
    if (!st) sync_at(dirname(w->temporary), O_RDONLY | O_DIRECTORY); /* some file systems cannot: no failure */
    else unlink(w->temporary);
    hs_free(w);
    return st;
}

enum hs_status hs_dump_put(struct hs_dump_writer *w, const char *path, const struct hs_dump_array *x, struct hs_err *e)
{
    return hs_put_set(w->id, path, x, e) ? hs_err_where(e, "%s", w->path) : HS_OK;
}

enum hs_status hs_dump_put_text(struct hs_dump_writer *w, const char *path, const char *name, const char *text,
                                struct hs_err *e)
{
    hid_t id = H5Oopen(w->id, path, H5P_DEFAULT);
    if (id < 0) return hs_h5_fail(e, HS_ECREATE, "there is no '%s' in '%s'", path, w->path);
    enum hs_status st = hs_put_texts(id, name, &text, 1, true, e);
    H5Oclose(id);
    return st ? hs_err_where(e, "%s", w->path) : HS_OK;
}

enum hs_status hs_dump_write_net(const char *path, const struct hs_net *net, struct hs_err *e)
{
    struct hs_dump_writer *w;
    HS_TRY(hs_dump_create(path, &w, e));
    if (!hs_dump_put_net(w, net, e)) return hs_dump_finish(w, e);
    hs_dump_abandon(w);
    return e->status;
}
