check_PROGRAMS += %D%/test_dump
TESTS += %D%/test_dump
%C%_test_dump_SOURCES = %D%/test_dump.c %D%/made.h %D%/made.c
%C%_test_dump_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_dump_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_dump_LDADD = $(LDADD) $(CHECK_LIBS)

check_PROGRAMS += %D%/test_bad
TESTS += %D%/test_bad
%C%_test_bad_SOURCES = %D%/test_bad.c %D%/made.h %D%/made.c
%C%_test_bad_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_bad_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_bad_LDADD = $(LDADD) $(CHECK_LIBS)
CLEANFILES += %D%/made-*.h5

check_PROGRAMS += %D%/test_guard
TESTS += %D%/test_guard
%C%_test_guard_SOURCES = %D%/test_guard.c
%C%_test_guard_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_guard_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_guard_LDADD = $(LDADD) $(CHECK_LIBS)

check_PROGRAMS += %D%/test_kws
TESTS += %D%/test_kws
%C%_test_kws_SOURCES = %D%/test_kws.c
%C%_test_kws_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_kws_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_kws_LDADD = $(LDADD) $(CHECK_LIBS)

TESTS += %D%/test_commands.sh %D%/test_doc.sh %D%/test_keras.sh %D%/seven_billion.sh
EXTRA_DIST += %D%/keras_torch.py %D%/wrong.py %D%/seven_billion.py %D%/seven_billion.sh %D%/test_commands.sh %D%/test_doc.sh %D%/test_keras.sh
