"""Writes the .html files of the cases in *.txtar anew: python3 oracle.py [NAME.txtar ...]

Needs Python-Markdown, PyMdown extensions and PyYAML; the cases hold what
Python-Markdown 3.4.1 with PyMdown 9.5 gives. Cases named in a line `By hand:`
of the comment are left alone: their options are newer than that.
"""

import glob
import os
import re
import sys
import tempfile

import markdown
import yaml

MARK = re.compile(r"^-- (\S+) --\n", re.M)


def render(config, text, files):
    with tempfile.TemporaryDirectory() as folder:
        here = os.getcwd()
        os.chdir(folder)
        try:
            for name, content in files.items():
                os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
                with open(name, "w") as f:
                    f.write(content)
            names, options = ["toc", "tables", "fenced_code"], {}
            for entry in yaml.load(config, yaml.UnsafeLoader):
                if isinstance(entry, dict):
                    (name, value), = entry.items()
                    options[name] = value
                else:
                    name = entry
                if name not in names:
                    names.append(name)
            return markdown.markdown(text, extensions=names, extension_configs=options) + "\n"
        finally:
            os.chdir(here)


def main(paths):
    for path in paths:
        with open(path) as f:
            parts = MARK.split(f.read())
        comment, names, texts = parts[0], parts[1::2], parts[2::2]
        files = dict(zip(names, texts))
        by_hand = re.search(r"^By hand: (.*)$", comment, re.M)
        by_hand = by_hand[1].split(", ") if by_hand else []
        for name in names:
            case, suffix = os.path.splitext(name)
            if suffix == ".html" and "/" not in name and case not in by_hand:
                extra = {n[len(case) + 1:]: t for n, t in files.items() if n.startswith(case + "/")}
                try:
                    files[name] = render(files[case + ".yml"], files[case + ".md"], extra)
                except Exception as e:  # an option that this version lacks
                    print(f"{path}: {case}: {e!r}", file=sys.stderr)
        with open(path, "w") as f:
            f.write(comment + "".join(f"-- {n} --\n{files[n]}" for n in names))


os.chdir(os.path.dirname(os.path.abspath(__file__)))
main(sys.argv[1:] or sorted(glob.glob("*.txtar")))
