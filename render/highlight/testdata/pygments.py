"""Reads [[language, code], ...] from standard input and writes, for each, the
short class that Pygments gives each character."""
import json
import sys

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES


def short(kind):
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES[kind]


out = []
for lang, code in json.load(sys.stdin):
    classes = []
    for kind, text in get_lexer_by_name(lang, stripnl=False).get_tokens(code):
        classes += [short(kind)] * len(text)
    out.append(classes)
json.dump(out, sys.stdout)
