# peers.py ASK EXPERIMENTS - the same questions to tests/stats/ask and to others: they agree to 1e-9 of the value, or of 1.
# SPDX-License-Identifier: GPL-3.0-or-later
import runpy
import subprocess
import sys

try:
    import numpy as np
    from scipy import stats
except ImportError:
    sys.exit(77)

ASK, EXPERIMENTS = sys.argv[1:]
questions, wanted = [], []


def ask(words, want):
    questions.append(" ".join("%.17g" % w if isinstance(w, float) else str(w) for w in words))
    wanted.append((words[0], [float(w) for w in want]))


def components(rng):
    """Against experiments/order-matters/components.py: y[seed][draw][order]."""
    theirs = runpy.run_path(EXPERIMENTS + "/order-matters/components.py")
    sets = [4, 2, 1, 6, 5, 3, 7]  # order, draw, seed, order x draw ...: as bits of seed, draw, order
    for shape in [(2, 3, 4), (3, 8, 24), (3, 5, 2)]:
        y = rng.normal(size=shape) + rng.normal(size=shape[2]) + 2 * rng.normal(size=(shape[1], 1))
        v, se = theirs["components"](y), theirs["jackknife"](y)
        want = [None] * 14
        for i, s in enumerate(sets):
            want[s - 1], want[s + 6] = v[i], se[i]
        ask(["components", *shape, 1, *y.ravel().tolist()], want)


def wilcoxon(rng):
    """Continuous differences; rounded ones, with ties and zeros. scipy's exact p knows neither."""
    for n in (1, 2, 5, 9, 20, 49, 50):
        d = rng.normal(0.3, 1, n)
        r = stats.wilcoxon(d, zero_method="pratt", method="exact")
        biserial = 2 * (stats.rankdata(abs(d)) * (d > 0)).sum() / (n * (n + 1) / 2) - 1
        ask(["wilcoxon", 0, n, *d.tolist()], [r.statistic, r.pvalue, biserial])
    for n in (60, 300, 3000):
        for digits in (0, 1, 9):
            for normal in (0, 1):
                d = np.round(rng.standard_t(3, n) + 0.1, digits)
                r = stats.wilcoxon(d, zero_method="pratt", method="approx", correction=False)
                rank = stats.rankdata(abs(d))
                plus, minus = (rank * (d > 0)).sum(), (rank * (d < 0)).sum()
                ask(["wilcoxon", normal, n, *d.tolist()], [r.statistic, r.pvalue, (plus - minus) / (plus + minus)])
    for n in (4, 12, 14):  # ties and zeros, all 2^n patterns of signs
        d = np.round(rng.normal(0.5, 1.5, n))
        d[0] = 0
        rank, live = stats.rankdata(abs(d)), d != 0
        r = rank[live]
        sums = np.array([(r * [k >> i & 1 for i in range(len(r))]).sum() for k in range(2 ** len(r))])
        plus, minus = (rank * (d > 0)).sum(), (rank * (d < 0)).sum()
        ask(["wilcoxon", 0, n, *d.tolist()],
            [min(plus, minus), min(1, 2 * (sums <= min(plus, minus)).mean()), (plus - minus) / (plus + minus)])


def holm(rng):
    for n in (1, 3, 20):
        p = np.round(rng.uniform(0, 0.2, n), 2)
        want, so_far = np.empty(n), 0.0
        for i, k in enumerate(np.argsort(p, kind="stable")):
            so_far = max(so_far, min(1.0, (n - i) * p[k]))
            want[k] = so_far
        ask(["holm", n, *p.tolist()], want)


def mcnemar(rng):
    for b, c in [(0, 0), (0, 1), (5, 5), (1, 8), (30, 12), (400, 460), (2500, 2300), (3, 4000)]:
        ask(["mcnemar", b, c], [stats.binomtest(b, b + c).pvalue if b + c else 1.0])


def friedman(rng):
    for n, k, digits in [(2, 3, 9), (7, 4, 9), (40, 3, 0), (12, 10, 1), (500, 6, 1)]:
        x = np.round(rng.normal(size=(n, k)) + 0.2 * np.arange(k), digits)
        r = stats.friedmanchisquare(*x.T)
        f = (n - 1) * r.statistic / (n * (k - 1) - r.statistic)
        ranks = np.apply_along_axis(stats.rankdata, 1, x).mean(0)
        ask(["friedman", n, k, *x.ravel().tolist()],
            [r.statistic, r.pvalue, f, stats.f.sf(f, k - 1, (k - 1) * (n - 1)), *ranks])


def studentized(rng):
    for k in (2, 3, 4, 10, 20, 60):
        for q in (0.3, 1.5, 2.7, 3.314493, 4.4, 6.0):
            p = stats.studentized_range.sf(q, k, np.inf)
            if p < 1 - 1e-6:  # else the way back says nothing
                ask(["range", k, q], [p, q])


def older(rng):
    for n in (2, 7, 39):
        x = rng.normal(3, 2, n)
        lo, hi = stats.t.interval(0.9, n - 1, x.mean(), stats.sem(x))
        ask(["t", 0.9, n, *x.tolist()], [x.mean(), lo, hi])
        y = np.round(x + rng.normal(size=n))
        if len(set(y)) > 1:
            ask(["kendall", n, *x.tolist(), *y.tolist()], [stats.kendalltau(x, y).correlation])


def main():
    rng = np.random.default_rng(1)
    for group in (components, wilcoxon, holm, mcnemar, friedman, studentized, older):
        group(rng)
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
