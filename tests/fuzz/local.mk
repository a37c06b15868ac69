check_PROGRAMS += %D%/test_fuzz
TESTS += %D%/test_fuzz
%C%_test_fuzz_SOURCES = %D%/test_fuzz.c %D%/target.h %D%/target.c tests/dump/made.h tests/dump/made.c
%C%_test_fuzz_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_fuzz_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_fuzz_LDADD = $(LDADD) $(CHECK_LIBS)

# Only built by fuzz.sh, with clang.
EXTRA_PROGRAMS += %D%/fuzz_dump %D%/fuzz_config
%C%_fuzz_dump_SOURCES = %D%/libfuzzer.c %D%/target.h %D%/target.c
%C%_fuzz_dump_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_config_SOURCES = %D%/libfuzzer.c %D%/target.h %D%/target.c
%C%_fuzz_config_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_CONFIG
%C%_fuzz_config_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

FUZZ_SECONDS = 60
fuzz: $(BUILT_SOURCES)
	$(srcdir)/%D%/fuzz.sh $(srcdir) . $(FUZZ_SECONDS)

EXTRA_DIST += %D%/fuzz.sh %D%/keras/functional.json %D%/keras/nested.json %D%/config/full.yaml %D%/config/methods.yaml \
  %D%/config/orders.yaml %D%/config/quickstart.yaml
