/* put.c - temporary name, fsync, rename. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "experiment/put.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno != EINTR) return -1;
        if (done > 0) bytes += done, n -= (size_t)done;
    }
    return 0;
}

/* errno of what failed, or 0. */
static int write_file(const char *path, const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), why = 0;
    if (fd < 0) return errno;
    if (write_all(fd, bytes, n) || fsync(fd)) why = errno;
    if (close(fd) && !why) why = errno;
    if (why) unlink(path);
    return why;
}

/* So that the new name survives a power cut; a folder that cannot be synced is no failure. */
static void sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);
    close(fd);
}

enum hs_status hs_store_put(const char *dir, const char *name, const void *bytes, size_t n,
                            struct hs_err *e)
{
    struct hs_text path = {0}, temporary = {0};
    hs_text_add(&path, "%s/%s", dir, name);
    hs_text_add(&temporary, "%s/.%s.%ld.tmp", dir, name, (long)getpid());
    enum hs_status st = HS_OK;
    if (path.failed || temporary.failed) {
        st = HS_OUT_OF_MEMORY(e);
    } else {
        int why = write_file(temporary.s, bytes, n);
        if (!why && rename(temporary.s, path.s)) why = errno, unlink(temporary.s);
        if (why)
            st = HS_FAIL(e, HS_ECREATE, "%s was not written: %s", path.s, strerror(why));
        else
            sync_folder(dir);
    }
    hs_text_free(&path), hs_text_free(&temporary);
    return st;
}

static enum hs_status read_all(int fd, const char *path, char **bytes, size_t *n,
                               struct hs_err *e)
{
    struct stat st;
    if (fstat(fd, &st))
        return HS_FAIL(e, HS_EDATA, "cannot read %s: %s", path, strerror(errno));
    if (!(*bytes = hs_alloc((size_t)st.st_size + 1, 1))) return HS_OUT_OF_MEMORY(e);
    for (*n = 0; *n < (size_t)st.st_size;) {
        ssize_t got = read(fd, *bytes + *n, (size_t)st.st_size - *n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return HS_FAIL(e, HS_EDATA, "cannot read %s: %s", path, strerror(errno));
        if (got == 0) break;
        *n += (size_t)got;
    }
    (*bytes)[*n] = '\0';
    return HS_OK;
}

enum hs_status hs_store_get(const char *dir, const char *name, char **bytes, size_t *n,
                            struct hs_err *e)
{
    struct hs_text path = {0};
    enum hs_status st;
    *bytes = NULL, *n = 0;
    hs_text_add(&path, "%s/%s", dir, name);
    if (path.failed) return hs_text_free(&path), HS_OUT_OF_MEMORY(e);
    const char *why;
    int fd = hs_file_descriptor(path.s, &why);
    if (fd < 0)
        st = HS_FAIL(e, HS_ENOINPUT, "cannot open %s: %s", path.s, why);
    else {
        st = read_all(fd, path.s, bytes, n, e);
        close(fd);
    }
    if (st != HS_OK) hs_free(*bytes), *bytes = NULL;
    hs_text_free(&path);
    return st;
}

enum hs_status hs_store_folder(const char *dir, struct hs_err *e)
{
    struct hs_text path = {0};
    struct stat st;
    hs_text_add(&path, "%s", dir);
    if (path.failed) return hs_text_free(&path), HS_OUT_OF_MEMORY(e);
    for (char *p = path.s + 1; *path.s; p++) {
        bool end = !*p;
        if (*p != '/' && !end) continue;
        *p = '\0';
        if (mkdir(path.s, 0777) && errno != EEXIST) {
            HS_FAIL(e, HS_ECREATE, "cannot make the folder %s: %s", path.s, strerror(errno));
            break;
        }
        if (end) break;
        *p = '/';
    }
    if (e->status == HS_OK && (stat(dir, &st) || !S_ISDIR(st.st_mode)))
        HS_FAIL(e, HS_ECREATE, "cannot make the folder %s: there is a file of that name", dir);
    hs_text_free(&path);
    return e->status;
}
