/* keras_read.c - a network from a Keras file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/read.h"

enum hs_status hs_keras_read(const struct hs_h5 *h, struct hs_net *net, struct hs_err *e)
{
    (void)net;
    return HS_FAIL(e, HS_EDATA, "'%s' is a Keras file, which cannot be read yet", h->path);
}
