/* finish.c - turns what was built into a network that can run. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/build.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum hs_status hs_node_where(const struct hs_node *node, struct hs_err *e)
{
    return hs_err_where(e, "node '%s' (%s)", node->name, node->op->name);
}

/* Where in the tensor: "[3, 0, 1]". */
static void index_text(const struct hs_shape *s, size_t flat, char buf[128])
{
    struct hs_shape at = {.rank = s->rank};
    for (int i = s->rank - 1; i >= 0; i--) at.dim[i] = flat % s->dim[i], flat /= s->dim[i];
    size_t n = 0;
    buf[0] = '\0';
    for (int i = 0; i < s->rank && n < 100; i++)
        n += (size_t)snprintf(buf + n, 128 - n, i ? ", %zu" : "%zu", at.dim[i]);
}

static enum hs_status finite(const struct hs_node *node, const struct hs_param *p,
                             struct hs_err *e)
{
    size_t n = hs_shape_count(&p->value.shape), bad = 0, first = 0;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(p->value.data[i]) && !bad++) first = i;
    if (!bad) return HS_OK;
    char at[128];
    index_text(&p->value.shape, first, at);
    HS_FAIL(e, HS_ENUM,
            "parameter '%s' holds %zu value%s that are NaN or infinite, the first (%g) at [%s]",
            p->name, bad, bad == 1 ? "" : "s", (double)p->value.data[first], at);
    return hs_node_where(node, e);
}

static enum hs_status check_ports(const struct hs_net *net, struct hs_err *e)
{
    if (!net->ports) return HS_FAIL(e, HS_EDATA, "the network has no inputs");
    if (!net->nodes) return HS_FAIL(e, HS_EDATA, "the network has no nodes");
    if (!net->outputs) return HS_FAIL(e, HS_EDATA, "the network has no outputs");
    for (size_t i = 0; i < net->ports; i++)
        for (int k = 1; k < net->port[i].logical.rank; k++)
            if (!net->port[i].logical.dim[k]) {
                char text[128];
                return HS_FAIL(
                    e, HS_ESHAPE,
                    "input '%s' has the shape %s: besides the number of samples every "
                    "axis needs a fixed length",
                    net->port[i].name, hs_shape_text(&net->port[i].logical, text));
            }
    return HS_OK;
}

enum hs_status hs_net_finish(struct hs_net *net, bool allow_nonfinite, struct hs_err *e)
{
    HS_TRY(check_ports(net, e));
    HS_TRY(hs_net_check(net, e));
    for (size_t i = 0; i < net->nodes && !allow_nonfinite; i++)
        for (size_t k = 0; k < net->node[i].params; k++)
            HS_TRY(finite(&net->node[i], &net->node[i].param[k], e));
    HS_TRY(hs_net_layout(net, e));
    hs_net_digest(net);
    return HS_OK;
}
