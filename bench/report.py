#!/usr/bin/env python3
"""report.py RESULT.json [CORPUS...]: the ratios that the project asks of itself.

RESULT.json is what build_bench.py wrote; ratios are medians of the ratios of one
round, so that a drifting machine hits both sides alike."""
import collections
import json
import math
import os
import re
import statistics
import sys

rows = json.load(open(sys.argv[1]))
folders = {os.path.basename(c.rstrip("/")): c for c in sys.argv[2:]}
by = collections.defaultdict(dict)  # (corpus, round) -> peer -> row
for r in rows:
    by[r["corpus"], r["round"]][r["peer"]] = r
corpora = list(dict.fromkeys(r["corpus"] for r in rows))


def ratio(corpus, peer, key):
    """Median of peer / lintel, or None."""
    xs = [v[peer][key] / v["lintel"][key] for (c, _), v in by.items() if c == corpus and peer in v and "lintel" in v]
    return statistics.median(xs) if xs else None


def median(corpus, key):
    return statistics.median(v["lintel"][key] for (c, _), v in by.items() if c == corpus and "lintel" in v)


def pages(corpus):
    docs = os.path.join(folders.get(corpus, corpus), "docs")
    return sum(f.endswith(".md") for _, _, fs in os.walk(docs) for f in fs)


def html(corpus):
    """Bytes of HTML in what the last round wrote, beside RESULT.json."""
    out = os.path.join(os.path.dirname(sys.argv[1]), "out", "lintel-" + corpus)
    return sum(os.path.getsize(os.path.join(r, f)) for r, _, fs in os.walk(out) for f in fs if f.endswith(".html"))


def line(what, value, goal, ok):
    print(f"| {what} | {value} | {goal} | {'yes' if ok else '**no**'} |")


print("| figure | measured | goal | met |\n|---|---:|---:|---|")
for c in corpora:
    generated = c.startswith(("generated", "syn-"))
    cpu, wall, rss = (ratio(c, "hugo", k) for k in ("cpu", "wall", "rss"))
    if cpu:
        want = 7 if generated else 2.5
        line(f"{c}: CPU, Hugo / Lintel", f"{cpu:.1f}", f"≥ {want}", cpu >= want)
        if generated:
            line(f"{c}: wall, Hugo / Lintel", f"{wall:.1f}", "≥ 6", wall >= 6)
            line(f"{c}: peak memory, Lintel / Hugo", f"{1 / rss:.2f}", "≤ 0.2", 1 / rss <= 0.2)
    material = ratio(c, "material", "cpu")
    if material:
        line(f"{c}: CPU, Material / Lintel", f"{material:.0f}", "≥ 25", material >= 25)
sizes = sorted((pages(c), c) for c in corpora if re.fullmatch(r"(generated|syn)-\d+", c))
if len(sizes) > 1:
    (n, small), (m, large) = sizes[0], sizes[-1]
    e = math.log(median(large, "cpu") / median(small, "cpu")) / math.log(m / n)
    line(f"CPU exponent, {n:,} to {m:,} pages", f"{e:.2f}", "≤ 1.03", e <= 1.03)
    b = (html(large) / m) / (html(small) / n)
    line(f"HTML bytes a page, {n:,} to {m:,} pages", f"{b:.2f} times", "≤ 1.1", b <= 1.1)
