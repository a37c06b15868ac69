/* keras_archive.c - where a .keras archive keeps the weights of a layer. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dump/keras.h"

#include <ctype.h>
#include <string.h>

/* Words of a class name begin where Keras sees them begin: before a capital that a small letter follows, and between a
 * small letter and a capital. SimpleRNN: simple_rnn; Conv2DTranspose: conv2d_transpose; PReLU: p_re_lu. */
static void snake(const char *class_name, char *to, size_t room)
{
    size_t n = 0;
    for (const char *c = class_name; *c && n + 3 < room; c++) {
        bool word = c > class_name && isupper((unsigned char)*c) &&
                    (islower((unsigned char)c[1]) || islower((unsigned char)c[-1]));
        if (word) to[n++] = '_';
        if (isalnum((unsigned char)*c) || *c == '_') to[n++] = (char)tolower((unsigned char)*c);
    }
    to[n] = '\0';
}

char *hs_keras_archived(struct hs_keras *k, const char *model, const json_t *layers, const json_t *layer)
{
    const char *class_name = hs_keras_text(layer, "class_name", "");
    char word[128];
    size_t before = 0, i;
    const json_t *v;
    json_array_foreach(layers, i, v) {
        if (v == layer) break;
        before += !strcmp(hs_keras_text(v, "class_name", ""), class_name);
    }
    snake(class_name, word, sizeof word);
    return before ? hs_arena_text(k->a, "%s/layers/%s_%zu", model, word, before)
                  : hs_arena_text(k->a, "%s/layers/%s", model, word);
}
