#!/usr/bin/env python3
"""Latency of the live preview, by kind of edit.

usage: preview.py --lintel BINARY --pages N [--n 50] [--dir DIR] [--corpus GENERATOR]

Makes a site of N pages (with GENERATOR, a program called with DIR and --pages N,
or by itself), starts `lintel serve`, listens to its events, and for each kind of
edit measures n times from the write to (a) the event and (b) the first answer
that holds the new content, asking every 2 ms. Prints a table of p50 / p95 in ms,
and the memory before and after.
"""
import argparse, http.client, json, os, random, re, shutil, socket, subprocess, sys, tempfile, threading, time

ap = argparse.ArgumentParser()
ap.add_argument("--lintel", required=True); ap.add_argument("--pages", type=int, default=1000); ap.add_argument("--n", type=int, default=50)
ap.add_argument("--dir"); ap.add_argument("--corpus"); ap.add_argument("--gap", type=float, default=0.15); ap.add_argument("--more", type=int, default=0, help="edits after which memory is measured again")
a = ap.parse_args()
D = a.dir or tempfile.mkdtemp(prefix="lintel-preview-")
if a.corpus:
    subprocess.run([sys.executable, a.corpus, D, "--pages", str(a.pages)], check=True, stdout=subprocess.DEVNULL)
else:
    for i in range(a.pages):
        f = f"{D}/docs/part-{i // 50:03d}/page-{i:05d}.md"
        os.makedirs(os.path.dirname(f), exist_ok=True)
        open(f, "w").write(f"# Page {i}\n\n" + "".join(f"## Section {s}\n\nWords of section {s}, [next](page-{min(i + 1, a.pages - 1):05d}.md).\n\n" for s in range(8)))
    open(f"{D}/mkdocs.yml", "w").write("site_name: Bench\nsite_url: http://127.0.0.1/\n")
docs = f"{D}/docs"
pages = sorted(os.path.join(r, f) for r, _, fs in os.walk(docs) for f in fs if f.endswith(".md"))
adr = next((p for p in pages if "/adr/" in p and "status:" in open(p, encoding="utf-8").read(400)), None)
guide = next(p for p in pages[len(pages) // 2:] if p != adr and not p.endswith("index.md") and "\n---\n" not in open(p, encoding="utf-8").read()[:600])
css = f"{docs}/own.css"
open(css, "w").write("p{color:red}\n")
conf = open(f"{D}/mkdocs.yml", encoding="utf-8").read().split("\nnav:")[0] + "\n"  # titles come from the pages
if "extra_css" not in conf: conf = conf.replace("site_url:", "extra_css: [own.css]\nsite_url:", 1)
open(f"{D}/mkdocs.yml", "w", encoding="utf-8").write(conf)
def url(p): return "/" + re.sub(r"(index)?\.md$", "", os.path.relpath(p, docs)).rstrip("/") + "/"
port = socket.socket(); port.bind(("127.0.0.1", 0)); P = port.getsockname()[1]; port.close()
log = open(os.path.join(tempfile.gettempdir(), "lintel-preview.log"), "wb")
t0 = time.monotonic()
srv = subprocess.Popen([a.lintel, "serve", "-f", f"{D}/mkdocs.yml", "-a", f"127.0.0.1:{P}"], stdout=log, stderr=log)
conn = None
def get(path):
    global conn
    for _ in range(2):
        try:
            if conn is None: conn = http.client.HTTPConnection("127.0.0.1", P, timeout=120)
            conn.request("GET", path); r = conn.getresponse(); return r.status, r.read()
        except (OSError, http.client.HTTPException): conn = None
    return 0, b""
while get(url(guide))[0] != 200:
    if srv.poll() is not None: sys.exit("the server did not start: " + log.name)
    time.sleep(0.005)
start = time.monotonic() - t0
events = []
def listen():
    k = socket.create_connection(("127.0.0.1", P)); k.sendall(b"GET /_lintel/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    while True:
        d = k.recv(1 << 20)
        if not d: return
        if b"event: update" in d: events.append(time.monotonic())
threading.Thread(target=listen, daemon=True).start()
time.sleep(4)
def rss(): return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{srv.pid}/status").read()).group(1)) / 1024
def write(p, s):
    with open(p, "w", encoding="utf-8") as f: f.write(s)
text = {p: open(p, encoding="utf-8").read() for p in (guide, adr) if p}
def front(t, line): return t.replace("---\n", "---\n" + line, 1) if t.startswith("---\n") else "---\n" + line + "---\n\n" + t
new = f"{docs}/added-{{}}.md"
def title(i): write(guide, front(text[guide], f"title: Mark{i}x\n"))
status = ["accepted", "proposed", "deprecated", "rejected"]
kinds = {
    "prose": (lambda i: write(guide, text[guide] + f"\nmark{i}x\n"), guide, lambda i: f"mark{i}x"),
    "heading": (lambda i: write(guide, text[guide] + f"\n## Mark{i}x\n"), guide, lambda i: f"Mark{i}x"),
    "title in nav": (title, guide, lambda i: f"<title>Mark{i}x"),
    "page added": (lambda i: write(new.format(i), f"# Mark{i}x\n"), lambda i: new.format(i), lambda i: f"Mark{i}x"),
    "page removed": (lambda i: os.remove(new.format(i)), lambda i: new.format(i), None),
    "nav changed": (lambda i: write(f"{D}/mkdocs.yml", conf + (f"  - Mark{i}x: https://example.test/\n" if re.search(r"^nav:", conf, re.M) else f"nav: [{{Mark{i}x: {os.path.relpath(guide, docs)}}}]\n")), guide, lambda i: f"Mark{i}x"),
    "CSS": (lambda i: write(css, f"p{{color:#{i:06d}}}\n"), None, lambda i: f"#{i:06d}"),
}
if adr: kinds["ADR status"] = (lambda i: write(adr, re.sub(r"status: .*", f"status: {status[i % 4]}\nmark: m{i}", text[adr], count=1) + f"\nmark{i}x\n"), adr, lambda i: f"mark{i}x")
rnd = random.Random(7)
def q(xs, p): xs = sorted(xs); return xs[min(len(xs) - 1, int(p * len(xs)))]
print(f"{a.pages} pages; start {start:.2f} s; RSS {rss():.0f} MiB; load {os.getloadavg()[0]:.1f}")
print("| edit | event p50 / p95 ms | served p50 / p95 ms | n |\n|---|---:|---:|---:|")
try:
    for kind, (edit, page, mark) in kinds.items():
        ev, sv = [], []
        for i in range(a.n):
            time.sleep(a.gap + rnd.random() * a.gap)
            at = "/own.css" if page is None else url(page(i) if callable(page) else page)
            ne = len(events); t = time.monotonic(); edit(i)
            while time.monotonic() - t < 20:
                st, b = get(at)
                if (mark is None and st == 404) or (mark and st == 200 and mark(i).encode() in b): break
                time.sleep(0.002)
            sv.append((time.monotonic() - t) * 1000)
            e = time.monotonic()
            while len(events) <= ne and time.monotonic() - e < 5: time.sleep(0.001)
            if len(events) > ne: ev.append((events[ne] - t) * 1000)
        for p, s in text.items(): write(p, s)
        if kind == "nav changed": write(f"{D}/mkdocs.yml", conf)
        time.sleep(1)
        f = lambda xs: f"{q(xs, .5):.0f} / {q(xs, .95):.0f}" if xs else "none"
        print(f"| {kind} | {f(ev)} | {f(sv)} | {len(ev)} |", flush=True)
    if a.more:
        time.sleep(4); before = rss(); marks = []
        for i in range(a.more):
            write(pages[i * 7 % len(pages)], open(pages[i * 7 % len(pages)], encoding="utf-8").read() + f"\nmore {i}\n"); time.sleep(0.03)
            if i % (a.more // 5) == a.more // 5 - 1: time.sleep(3); marks.append(f"{rss():.0f}")
        time.sleep(5)
        print(f"RSS MiB before {a.more} edits {before:.0f}, on the way {' '.join(marks)}, after {rss():.0f}")
finally:
    for p, s in text.items(): write(p, s)
    srv.terminate(); srv.wait()
