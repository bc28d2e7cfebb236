"""Prints what Python-Markdown makes of a page: the oracle of the golden files.

Standard input is {"extensions": [...], "config": {...}, "input": "..."}; files that the page includes lie in the
working directory. Option values that begin with !!python/ are Python names or calls, as in mkdocs.yml.
"""
import json, sys
import markdown, yaml

class Loader(yaml.UnsafeLoader):
    pass

def value(v):
    if isinstance(v, dict): return {k: value(x) for k, x in v.items()}
    if isinstance(v, list): return [value(x) for x in v]
    if isinstance(v, str) and v.startswith('!!python/'): return yaml.load(v, Loader)
    return v

case = json.load(sys.stdin)
names = ['toc', 'tables', 'fenced_code'] + [e for e in case.get('extensions') or []]
names = list(dict.fromkeys(names))
config = {k: value(v) for k, v in (case.get('config') or {}).items()}
sys.stdout.write(markdown.markdown(case['input'], extensions=names, extension_configs=config))
