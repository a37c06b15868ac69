/* recorded.h - what another program recorded of a network: inputs, and the outputs of nodes on them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_RECORDED_H
#define HS_DUMP_RECORDED_H
#include "net/net.h"

struct hs_recorded_node {
    const char *name;
    int node;               /* of the network, or -1 where it has none of this name */
    struct hs_tensor value; /* in the file's order, dim[0] = samples */
};
struct hs_recorded {
    struct hs_arena *arena;
    const char *split; /* NULL: a file of Keras recordings */
    size_t samples, ports, nodes;
    struct hs_tensor *input; /* one a port, as hs_data_read gives them */
    struct hs_recorded_node *node;
};
/* From a dump with /activations/<split> (and /data/<split>, here or in the network's own file), or from a file with
 * /inputs, /activations and /predictions as Keras tools write them. path NULL: the network's own file. split NULL: the
 * first that there is. HS_EDATA where nothing is recorded. */
enum hs_status hs_recorded_read(const struct hs_net *, const char *path, const char *split, struct hs_recorded *,
                                struct hs_err *);
void hs_recorded_free(struct hs_recorded *); /* leaves {0}; {0} is fine */

#endif
