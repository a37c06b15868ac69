/* inspect.h - inside cli/: the tables of halfstep inspect. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_INSPECT_H
#define HS_CLI_INSPECT_H
#include "cli/output.h"
#include "net/net.h"

/* Each opens its table, also where it fails, and fills it. */
void hs_inspect_network(struct hs_table *, const struct hs_net *);
void hs_inspect_nodes(struct hs_table *, const struct hs_net *);
void hs_inspect_energy(struct hs_table *, const struct hs_net *);
/* glob: NULL for all; "none" may match nothing. What cannot be read has a row that says why; the first such reason is in
 * *unread, too, if there is none yet. */
enum hs_status hs_inspect_tensors(struct hs_table *, const char *path, const char *glob, struct hs_err *unread, struct hs_err *);

#endif
