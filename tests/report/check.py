# check.py DIR [NAME] - reads a report as its users would: h5py, pandas where it is, csv, an HTML parser.
# NAME: a node's and a strategy's name with every difficult character; it must come back unharmed.
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import html.parser
import os
import re
import sys

folder, odd = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.text, self.raw = [], set(), [], False
        self.references = []

    def handle_starttag(self, tag, attrs):
        for key, value in attrs:
            if key == "id":
                assert value not in self.ids, "twice the id " + value
                self.ids.add(value)
            if key in ("href", "xlink:href", "src"):
                self.references.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, "%s closes %s" % (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


def check_page():
    source = open(os.path.join(folder, "report.html"), encoding="utf-8").read()
    page = Page()
    page.feed(source)
    page.close()
    assert not page.open, page.open
    assert not re.search(r"https?://|//[a-z]+\.", source), "the page points at a network"
    for target in page.references:
        assert target.startswith("#") and target[1:] in page.ids, target
    for target in re.findall(r"url\(([^)]*)\)", source):
        assert target.strip("'\"")[1:] in page.ids, target
    assert "default-src 'none'" in source
    if odd:
        assert odd in "".join(page.text), "the odd name is not on the page"
    return source


def check_csv():
    for name in os.listdir(os.path.join(folder, "tables")):
        if not name.endswith(".csv"):
            continue
        with open(os.path.join(folder, "tables", name), encoding="utf-8", newline="") as f:
            rows = list(csv.reader(f))
        assert len(rows) > 1, name
        assert len(set(rows[0])) == len(rows[0]), "two columns of one name in " + name
        assert all(re.fullmatch("[a-z][a-z0-9_]*", c) for c in rows[0]), rows[0]
        assert all(len(r) == len(rows[0]) for r in rows), name
        if odd and name == "nodes.csv":
            assert odd in [r[rows[0].index("node")] for r in rows], name


def check_tex():
    for name in ("trials", "layers", "nodes"):
        with open(os.path.join(folder, "tables", name + ".tex"), encoding="utf-8") as f:
            text = re.sub(r"^%.*\n", "", f.read())
        body = text[text.rindex("\\midrule") + 8:text.rindex("\\end{longtable}" if "longtable" in text else "\\bottomrule")]
        body = body.split("\\endfoot")[-1]
        kinds = re.search(r"\\begin\{(?:tabular|longtable)\}\{(.*)\}\n", text).group(1)
        columns = len(re.sub(r"\[[^]]*\]", "", kinds))
        for row in [r for r in body.split(" \\\\\n") if r.strip()]:
            assert len(re.split(r"(?<!\\)&", row)) == columns, row
            plain = re.sub(r"\\[{}$&#_%]", "", row)  # escaped characters stand for themselves
            assert not re.search(r"[#_%~]|\^(?!\{-?\d)", plain), row
            assert plain.count("{") == plain.count("}") and plain.count("$") % 2 == 0, row


def check_h5():
    try:
        import h5py
    except ImportError:
        print("SKIPPED results.h5: no h5py")
        return
    with open(os.path.join(folder, "tables", "trials.csv"), encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    with h5py.File(os.path.join(folder, "results.h5"), "r") as f:
        assert sorted(f) == ["differences", "figures", "layers", "nodes", "order_transfer", "order_variance", "pairs", "ranks", "trials"], sorted(f)
        trials = f["trials"][:]
        assert [t.decode() for t in trials["trial"]] == [r["trial"] for r in rows]
        for name in rows[0]:
            for stored, printed in zip(trials[name], [r[name] for r in rows]):
                if isinstance(stored, bytes):
                    assert stored.decode() == printed, (name, stored, printed)
                elif printed == "":
                    assert stored != stored, (name, stored)
                else:
                    assert abs(stored - float(printed)) <= 1e-8 * abs(stored), (name, stored, printed)
        nodes = f["nodes"][:]
        assert set(nodes["trial"]) <= set(trials["trial"])
        split = nodes["fresh"] + nodes["inherited"] + nodes["cross"] - nodes["total"]
        assert abs(split).max() <= 1e-12 * abs(nodes["total"]).max()
        if odd:
            assert odd.encode() in set(nodes["node"])
    try:
        import pandas
        import tables  # noqa: F401  what pandas reads HDF5 with
    except ImportError:
        print("SKIPPED pandas: not installed")
        return
    assert len(pandas.read_hdf(os.path.join(folder, "results.h5"), "trials")) == len(rows)


check_page()
check_csv()
check_tex()
check_h5()
