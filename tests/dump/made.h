/* made.h - networks and files that the tests of dumps are made of. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_TEST_DUMP_MADE_H
#define HS_TEST_DUMP_MADE_H
#include "dump/dump.h"
#include "dump/write.h"

/* A path in the build folder, of this process alone; the text is static. */
const char *made_path(const char *name);
/* Gaussian values of the stream NAME; the caller frees the tensor. */
struct hs_tensor made_tensor(const char *name, int rank, const size_t *dim);

/* Two ports (image (-, 3, 6, 5) and extra (-, 4)), convolution, norm, tied linear layers, a join, softmax at the end;
 * names with slashes, blanks and letters beyond ASCII. Not finished where unfinished. */
void made_net(struct hs_net *, bool nchw);
/* Writes it with data of both splits and recorded activations. */
void made_dump(const char *path, bool nchw);

enum { MADE_ROWS = 12, MADE_CLASSES = 7 };

#endif
