/* check_main.h - what every Check program here begins and ends with. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HS_CHECK_MAIN_H
#define HS_CHECK_MAIN_H
#include "base/err.h"

#include <check.h>
#include <gsl/gsl_errno.h>
#include <stdlib.h>

/* Fails with the message that the program would print. */
#define ck_ok(call)                                                                    \
    do {                                                                               \
        enum hs_status ck_st_ = (call);                                                \
        ck_assert_msg(ck_st_ == HS_OK, #call ": %s (%s) [%s:%d]", e.what, e.where,     \
                      e.file ? e.file : "?", e.line);                                  \
    } while (0)

static inline int check_main(Suite *s)
{
    gsl_set_error_handler_off();
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int bad = srunner_ntests_failed(r);
    srunner_free(r);
    return bad != 0;
}

#endif
