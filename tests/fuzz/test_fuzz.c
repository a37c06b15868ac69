/* test_fuzz.c - thousands of files that are a little wrong, always the same ones: each is answered, none does harm. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check_main.h"
#include "temp.h"
#include "../dump/made.h"
#include "target.h"

#include "base/mem.h"
#include "base/rng.h"

#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
enum { DUMPS = 20, TEXTS = 200 }; /* a process is slow to copy */
#include <dlfcn.h>
#include <execinfo.h>
#include <sanitizer/common_interface_defs.h>
/* The guard cannot limit a sanitizer's memory: a single allocation is limited instead. Its exit status of a reader at fault
 * is 66. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "max_allocation_size_mb=1024:allocator_may_return_null=1:quarantine_size_mb=1:exitcode=66";
}
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) { return "exitcode=66:print_stacktrace=1"; }
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libhdf5"; } /* leaks of its own on malformed files */

/* A malformed file makes the HDF5 library write where it must not: a child in which the library is caught at that ends as
 * if the library had ended it. Whose fault it is the innermost function says, those of the C library aside. */
static void tell_apart(void)
{
    void *frame[64];
    Dl_info in, self;
    bool here = false, found = false, library = false;
    int n = dladdr((void *)tell_apart, &self) ? backtrace(frame, 64) : 0;
    for (int i = 0; i < n && !found; i++) {
        if (!dladdr(frame[i], &in) || !in.dli_fname || strstr(in.dli_fname, "san.so") || strstr(in.dli_fname, "libc.so")) continue;
        if (!here && in.dli_fbase == self.dli_fbase) here = true; /* this function */
        else found = true, library = strstr(in.dli_fname, "libhdf5") != NULL;
    }
    if (library) _exit(1);
}
static void watch(void)
{
    void *frame[1];
    backtrace(frame, 1); /* the first call loads what it needs */
    __sanitizer_set_death_callback(tell_apart);
    setenv("HALFSTEP_CHECK_LEAKS", "1", 1);
}
#else
enum { DUMPS = 100, TEXTS = 400 };
static void watch(void) {}
#endif

enum { ROOM = 1 << 20, HANG = 10 };

/* HALFSTEP_MUTATIONS=10000 makes as many of each; 2500:5000 only those from number 2500 on. */
static size_t rounds(size_t otherwise, size_t *begin)
{
    const char *wanted = getenv("HALFSTEP_MUTATIONS"), *end = wanted ? strchr(wanted, ':') : NULL;
    *begin = end ? strtoul(wanted, NULL, 10) : 0;
    return end ? strtoul(end + 1, NULL, 10) : wanted ? strtoul(wanted, NULL, 10) : otherwise;
}

static size_t load(const char *path, char *bytes)
{
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    size_t n = fread(bytes, 1, ROOM / 2, f);
    fclose(f);
    bytes[n] = '\0';
    return n;
}

static size_t load_source(const char *name, char *bytes)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/fuzz/%s", getenv("SRCDIR"), name);
    return load(path, bytes);
}

static void flip(char *bytes, size_t *n, gsl_rng *r)
{
    unsigned long times = 1 + gsl_rng_uniform_int(r, 4);
    if (gsl_rng_uniform_int(r, 40) == 0) *n = gsl_rng_uniform_int(r, *n);
    while (times-- && *n) {
        size_t at = gsl_rng_uniform_int(r, *n), few = 1 + gsl_rng_uniform_int(r, gsl_rng_uniform_int(r, 4) ? 1 : 8);
        char value = (char)gsl_rng_uniform_int(r, 256);
        for (size_t k = at; k < at + few && k < *n; k++) bytes[k] = gsl_rng_uniform_int(r, 2) ? value : (char)(bytes[k] ^ value);
    }
}

/* What means something to JSON, to YAML or to a schema, where it does not belong. */
static const char *const pieces[] = {
    "[", "]", "{", "}", ":", ",", "\"", "null", "true", "-1", "0", "1", "7", "1e999", "99999999999999999999", "9223372036854775807",
    "4611686018427387904", "1048576", "-2147483648", "0.5", "\xff", "\\u0000", "[]", "{}", "\"\"", "[1, 2, 3, 4, 5, 6, 7, 8, 9]",
    "\"channels_first\"", "\"causal\"", "\"Lambda\"", "\"LSTM\"", "\"Conv2DTranspose\"", "\"softmax\"", "\"norm\"", "\"Sequential\"",
    "- ", "\n", "  ", "'", "&a ", "*a", "!!x ", "<<: ", "~", "\t", "%", "?", "|\n", ">", "#", "none", "group:", "0:", "random",
    "explicit: [x]", "---\n", "...\n"};

static bool number(char c) { return (c >= '0' && c <= '9') || c == '-' || c == '.'; }

/* Takes a number or a word away and puts a piece in its place. */
static void exchange(char *text, size_t *n, size_t at, const char *piece)
{
    size_t end, m = strlen(piece);
    if (number(text[at])) for (end = at; end < *n && number(text[end]); end++) continue;
    else end = at + strcspn(text + at + 1, "\" ,:]}\n") + 1 + (text[at] == '"');
    if (end > *n) end = *n;
    if (*n + m + 1 >= ROOM) return;
    memmove(text + at + m, text + end, *n - end + 1);
    memcpy(text + at, piece, m);
    *n += m, *n -= end - at;
}

static void rewrite(char *text, size_t *n, gsl_rng *r)
{
    unsigned long times = 1 + gsl_rng_uniform_int(r, 3);
    while (times-- && *n) {
        size_t at = gsl_rng_uniform_int(r, *n), m = gsl_rng_uniform_int(r, 30);
        const char *piece = pieces[gsl_rng_uniform_int(r, sizeof pieces / sizeof *pieces)];
        switch (gsl_rng_uniform_int(r, 8)) {
        case 0: text[at] = (char)(1 + gsl_rng_uniform_int(r, 255)); break;
        case 1: /* leave some out */
            if (at + m < *n) memmove(text + at, text + at + m, *n - at - m + 1), *n -= m;
            break;
        case 2: /* cut */
            if (gsl_rng_uniform_int(r, 8) == 0) text[*n = at] = '\0';
            break;
        case 3: /* put in */
            m = strlen(piece);
            if (*n + m + 1 < ROOM) memmove(text + at + m, text + at, *n - at + 1), memcpy(text + at, piece, m), *n += m;
            break;
        default: /* from the next number or text on */
            at += strcspn(text + at, "0123456789\"");
            if (at < *n) exchange(text, n, at, piece);
        }
    }
}

static char folder[TEMP_PATH], seed[2][ROOM], file[ROOM];

static void mutate_all(const char *stream, fuzz_target *target, void (*mutate)(char *, size_t *, gsl_rng *), const size_t *n,
                       size_t seeds, size_t otherwise)
{
    size_t good = 0, first, times = rounds(otherwise, &first);
    gsl_rng *r = hs_rng_open(1, stream);
    for (size_t i = 0; i < seeds; i++)
        ck_assert_msg(target(folder, seed[i], n[i]) == HS_OK, "%s: file %zu of the corpus is bad itself", stream, i);
    for (size_t i = 0; i < times; i++) {
        size_t size = n[i % seeds];
        memcpy(file, seed[i % seeds], size + 1);
        mutate(file, &size, r);
        if (i < first) continue;
        good += target(folder, file, size) == HS_OK;
        ck_assert_msg(fuzz_longest() < HANG, "%s: a reading of number %zu took %.1f s", stream, i, fuzz_longest());
    }
    gsl_rng_free(r);
    times -= first < times ? first : times;
    printf("%s: %zu files, %zu read, %zu refused, the longest reading took %.2f s\n", stream, times, good, times - good,
           fuzz_longest());
    ck_assert_msg(times < 50 || (good > times / 100 && good < times), "%s: %zu of %zu were good: the mutations test nothing",
                  stream, good, times);
}

START_TEST(dumps)
{
    size_t n[2];
    for (int i = 0; i < 2; i++) {
        const char *path = made_path("fuzz.h5");
        made_dump(path, i);
        n[i] = load(path, seed[i]);
        unlink(path);
    }
    mutate_all("fuzz/dumps", fuzz_dump, flip, n, 2, DUMPS);
}
END_TEST

START_TEST(graphs)
{
    size_t n[] = {load_source("keras/functional.json", seed[0]), load_source("keras/nested.json", seed[1])};
    mutate_all("fuzz/graphs", fuzz_graph, rewrite, n, 2, TEXTS);
}
END_TEST

START_TEST(configs)
{
    size_t n[] = {load_source("config/full.yaml", seed[0]), load_source("config/methods.yaml", seed[1])};
    mutate_all("fuzz/configs", fuzz_config, rewrite, n, 2, TEXTS);
}
END_TEST

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "%s/halfstep-fuzz-%ld", temp_folder(), (long)getpid());
    ck_assert_int_eq(mkdir(folder, 0700), 0);
}

static void remove_folder(void)
{
    static const char *const names[] = {"fuzz.h5", "fuzz.yaml", "a.h5", "weights.h5", "weights.json"};
    char path[TEMP_PATH + 32];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void add_case(Suite *s, const char *name, const TTest *test)
{
    TCase *t = tcase_create(name); /* CK_RUN_CASE=dumps runs one of them */
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_set_timeout(t, getenv("HALFSTEP_MUTATIONS") ? 7200 : 300);
    tcase_add_test(t, test);
    suite_add_tcase(s, t);
}

int main(void)
{
    Suite *s = suite_create("fuzz");
    watch();
    add_case(s, "dumps", dumps);
    add_case(s, "graphs", graphs);
    add_case(s, "configs", configs);
    return check_main(s);
}
