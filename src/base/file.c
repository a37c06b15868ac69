/* file.c - looks at what is behind a name after opening it, so that nothing can come between. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *kind(mode_t mode)
{
    return S_ISDIR(mode)    ? "it is a directory, not a regular file"
           : S_ISFIFO(mode) ? "it is a pipe, not a regular file"
                            : "it is a device, not a regular file";
}

/* For regular files O_NONBLOCK means nothing. */
int hs_file_descriptor(const char *path, const char **why)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    *why = NULL;
    if (fd < 0 || fstat(fd, &s)) *why = strerror(errno);
    else if (!S_ISREG(s.st_mode)) *why = kind(s.st_mode);
    if (!*why) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

FILE *hs_file_open(const char *path, const char **why)
{
    int fd = hs_file_descriptor(path, why);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "rb");
    if (fd >= 0 && !f) {
        *why = strerror(errno);
        close(fd);
    }
    return f;
}
