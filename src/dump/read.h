/* read.h - the readers behind hs_dump_read_net: they build a network from an open file and leave hs_net_finish to the
 * caller. For the files of this room only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_DUMP_READ_H
#define HS_DUMP_READ_H
#include "dump/h5.h"
#include "net/net.h"

/* Opens the network (hs_net_open) and builds it; on failure the caller closes it. */
enum hs_status hs_schema_read(const struct hs_h5 *, struct hs_net *, struct hs_err *);
enum hs_status hs_keras_read(const struct hs_h5 *, struct hs_net *, struct hs_err *);

/* Groups of nodes ("n0000" ...) among names, in execution order; ends with NULL. HS_EDATA where there is another name
 * than these and "inputs". */
enum hs_status hs_schema_nodes(char **name, size_t n, struct hs_arena *, char ***group, size_t *groups, struct hs_err *);

#endif
