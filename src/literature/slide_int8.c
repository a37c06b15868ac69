/* slide_int8.c - "Integer Quantization (INT8)": the slide's row is called sign + magnitude and
 * noted as two's complement; it is the latter, and the table shows what the same bits would
 * mean otherwise. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "literature/literature.h"

#include <stdint.h>
#include <stdlib.h>

static void components(struct hs_answer *a)
{
    static const struct hs_column column[] = {
        {"representation", false}, {"bits", true},  {"smallest", true}, {"largest", true},
        {"values", true},          {"zeros", true}, {"note", false}};
    static const char *const name[] = {"two's complement", "sign and magnitude"};
    static const char *const note[] = {
        "what int8 is: the first bit counts -128, there is no sign bit",
        "what the slide's row label says: one sign bit, seven of magnitude"};
    struct hs_table *t =
        hs_answer_table(a, "int8-components",
                        "INT8 is two's complement, not sign and magnitude", HS_COLUMNS(column));
    for (int magnitude = 0; magnitude < 2; magnitude++) {
        int least = 0, most = 0, zeros = 0, values = 0;
        bool seen[256] = {false};
        for (int code = 0; code < 256; code++) {
            int v = magnitude ? (code & 0x80 ? -(code & 0x7f) : code)
                              : (code & 0x80 ? code - 256 : code);
            least = v < least ? v : least, most = v > most ? v : most;
            zeros += v == 0, values += !seen[v + 128], seen[v + 128] = true;
        }
        hs_table_text(t, "%s", name[magnitude]);
        hs_table_number(t, "%.0f", 8);
        hs_table_number(t, "%.0f", least);
        hs_table_number(t, "%.0f", most);
        hs_table_number(t, "%.0f", values);
        hs_table_number(t, "%.0f", zeros);
        hs_table_text(t, "%s", note[magnitude]);
    }
}

static void apart(struct hs_table *t, int q)
{
    unsigned code = (unsigned)q & 0xff;
    char bits[9] = "";
    for (int i = 0; i < 8; i++) bits[i] = code >> (7 - i) & 1 ? '1' : '0';
    hs_table_number(t, "%.0f", q);
    hs_table_text(t, "%s", bits);
    hs_table_text(t, "0x%02x", code);
    hs_table_text(t, "%s%d", code & 0x80 ? "-128 + " : "", (int)(code & 0x7f));
    hs_table_text(t, "%s%d", code & 0x80 ? "-" : "", (int)(code & 0x7f));
    hs_table_text(t, "%d", (int)(int8_t)(2 * q));
}

static enum hs_status run(const struct hs_table_ask *ask, struct hs_answer *a, struct hs_err *e)
{
    static const struct hs_column column[] = {{"value", true},
                                              {"bits", false},
                                              {"hex", false},
                                              {"twos_complement", true},
                                              {"read_as_sign_and_magnitude", true},
                                              {"doubled_in_8_bits", true}};
    static const int example[] = {-128, -127, -111, -43, -1, 0, 1, 85, 127};
    components(a);
    struct hs_table *t =
        hs_answer_table(a, "int8-values", "Values taken apart", HS_COLUMNS(column));
    for (size_t i = 0; !ask->values && i < sizeof example / sizeof *example; i++)
        apart(t, example[i]);
    for (size_t i = 0; i < ask->values; i++) {
        char *end;
        long q = strtol(ask->value[i], &end, 10);
        if (end == ask->value[i] || *end || q < -128 || q > 127)
            return HS_FAIL(e, HS_EUSAGE, "'%s' is no integer from -128 to 127", ask->value[i]);
        apart(t, (int)q);
    }
    return HS_OK;
}

const struct hs_table_type hs_table_slide_int8 = {
    .name = "int8",
    .summary = "INT8: two's complement, not sign and magnitude; any value taken apart",
    .cite = "ISO/IEC 9899:2018, 7.20.1.1: exact-width integers are two's complement",
    .kind = HS_SLIDE,
    .takes_values = true,
    .run = run,
};
