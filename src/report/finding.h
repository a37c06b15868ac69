/* finding.h - what came out, in words. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_REPORT_FINDING_H
#define HS_REPORT_FINDING_H
#include "report/view.h"

#include "base/text.h"

/* For one group: who loses least and by how much, or that this is not sure (the headline), and the figures that say so.
 * Plain sentences. */
void hs_finding_best(const struct hs_view *, size_t group, struct hs_text *headline, struct hs_text *);
/* For the best of a group: where the error enters, and how it grows on the way. Adds nothing where no node was measured. */
void hs_finding_growth(const struct hs_view *, size_t group, struct hs_text *);

#endif
