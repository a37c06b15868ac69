/* texts.c - made from the files beside it by local.mk. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/texts.h"

#include "report/texts.inc"
