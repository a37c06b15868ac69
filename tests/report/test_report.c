/* test_report.c - tables, figures and page of made records. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "made.h"

int main(void)
{
    Suite *s = suite_create("report");
    return check_main(s);
}
