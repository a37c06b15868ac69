experiment_programs = %D%/test_config %D%/test_plan %D%/test_record
check_PROGRAMS += $(experiment_programs)
TESTS += $(experiment_programs) %D%/bad.sh %D%/explain.sh %D%/run.sh %D%/given.sh
EXTRA_DIST += %D%/bad %D%/bad.sh %D%/explain.sh %D%/run.sh %D%/given.sh %D%/temporary.h doc/config.md

%C%_test_config_SOURCES = %D%/test_config.c
%C%_test_config_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_config_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_config_LDADD = $(LDADD) $(CHECK_LIBS)
%C%_test_plan_SOURCES = %D%/test_plan.c
%C%_test_plan_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_plan_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_plan_LDADD = $(LDADD) $(CHECK_LIBS)
%C%_test_record_SOURCES = %D%/test_record.c
%C%_test_record_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_record_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_record_LDADD = $(LDADD) $(CHECK_LIBS)
