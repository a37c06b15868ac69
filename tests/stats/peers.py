# peers.py ASK EXPERIMENTS - the same questions to tests/stats/ask and to others: they agree to 1e-9 of the value (or of 1).
# SPDX-License-Identifier: GPL-3.0-or-later
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    sys.exit(77)

ASK, EXPERIMENTS = sys.argv[1:]
questions, wanted = [], []


def ask(words, want):
    questions.append(" ".join("%.17g" % w if isinstance(w, float) else str(w) for w in words))
    wanted.append((words[0], [float(w) for w in want]))


def components(rng):
    """Against experiments/order-matters/components.py: y[seed][draw][order]."""
    source = open(EXPERIMENTS + "/order-matters/components.py").read()
    theirs = {}
    exec(source[:source.rindex("\nmain()")], theirs)
    sets = [4, 2, 1, 6, 5, 3, 7]  # order, draw, seed, order x draw ...: as bits of seed, draw, order
    for shape in [(2, 3, 4), (3, 8, 24), (3, 5, 2)]:
        y = rng.normal(size=shape) + rng.normal(size=shape[2]) + 2 * rng.normal(size=(shape[1], 1))
        v, se = theirs["components"](y), theirs["jackknife"](y)
        want = [None] * 14
        for i, s in enumerate(sets):
            want[s - 1], want[s + 6] = v[i], se[i]
        ask(["components", *shape, 1, *y.ravel().tolist()], want)


def main():
    rng = np.random.default_rng(1)
    components(rng)
    out = subprocess.run([ASK], input="\n".join(questions) + "\n", capture_output=True, text=True, check=True).stdout
    lines = out.splitlines()
    assert len(lines) == len(wanted), (len(lines), len(wanted))
    worst, count = {}, {}
    for question, line, (kind, want) in zip(questions, lines, wanted):
        got = [float(w) for w in line.split()]
        assert len(got) == len(want), (question, line)
        for g, w in zip(got, want):
            if np.isnan(g) and np.isnan(w) or g == w:
                off = 0.0
            else:
                off = abs(g - w) / max(1, abs(w))
            if not off <= 1e-9:
                sys.exit(f"{kind}: {g!r}, they say {w!r}\n{question[:2000]}")
            worst[kind] = max(worst.get(kind, 0), off)
        count[kind] = count.get(kind, 0) + 1
    for kind in worst:
        print(f"{kind}: {count[kind]} questions, largest difference {worst[kind]:.1e}")


main()
