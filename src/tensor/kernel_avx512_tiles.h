/* kernel_avx512_tiles.h - the tiles that thirty-two registers hold, of sixteen lanes or of eight. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#define TILES(T, A) \
    T(1, 28, A) T(2, 14, A) T(4, 7, A) T(2, 12, A) T(2, 10, A) T(4, 6, A) T(2, 8, A) T(1, 16, A) \
    T(1, 14, A) T(2, 7, A) T(5, 5, A) T(4, 4, A) T(2, 6, A) T(2, 4, A) T(1, 8, A) T(2, 2, A) \
    T(1, 4, A) T(1, 2, A) T(1, 1, A) T(28, 1, A) T(24, 1, A) T(20, 1, A) T(18, 1, A) T(16, 1, A) \
    T(14, 1, A) T(12, 1, A) T(9, 1, A) T(7, 1, A) T(4, 1, A) T(2, 1, A)
#define FEW(T, A) \
    T(2, 14, A) T(4, 7, A) T(2, 12, A) T(4, 6, A) T(2, 8, A) T(1, 16, A) \
    T(5, 5, A) T(4, 4, A) T(2, 6, A) T(2, 2, A) T(1, 8, A) T(1, 1, A)
