/* list_rosters.h - inside cli/: the lists that halfstep list prints. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CLI_LIST_ROSTERS_H
#define HS_CLI_LIST_ROSTERS_H
#include "cli/output.h"

/* What the user asked for. */
struct hs_list_ask {
    const char *roster, *name; /* NULL: all */
    enum hs_output how;
    struct hs_err *e;
    size_t found;
};

enum { HS_LIST_ROSTERS = 12 };
struct hs_list_roster {
    const char *name, *title;
    const struct hs_column *column;
    size_t columns;
    const char *detail; /* name of the table of details, or NULL */
    const struct hs_column *detail_column;
    size_t detail_columns;
    void (*fill)(struct hs_list_ask *, struct hs_table *, struct hs_table *detail);
};
extern const struct hs_list_roster hs_list_rosters[HS_LIST_ROSTERS + 1]; /* ends with a NULL name */

#endif
