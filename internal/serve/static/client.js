// The part of the preview that runs in an open page. It hears which pages
// changed, asks for its own page again when it may be one of them, and puts the
// differences in place.
//
// Three trees meet: what the server sent last (old), what it sends now (next),
// and what is on the screen, to which scripts and the reader have done things of
// their own. Only differences between the first two are applied to the third, so
// a folded note stays folded and a copy button stays where it is.
(function (c) {
  "use strict";
  var d = document,
    meta = d.querySelector('meta[name="lintel-preview"]'),
    say = c.text,
    token = meta.content,
    run = meta.dataset.run,
    version = +meta.dataset.version,
    etag = meta.dataset.etag,
    own = location.pathname.indexOf("/_lintel/") === 0,
    here = location.pathname;
  function make(tag, props, parent) {
    var e = d.createElement(tag);
    for (var k in props) {
      if (k in e) e[k] = props[k];
      else e.setAttribute(k, props[k]);
    }
    if (parent) parent.append(e);
    return e;
  }
  function fill(s) {
    for (var i = 1; i < arguments.length; i++) s = s.replace("{" + (i - 1) + "}", arguments[i]);
    return s;
  }

  // ---- Lines of the source: kept beside the page, not in it.
  var lineOf = new WeakMap();
  function takeLines(root) {
    root.querySelectorAll("[data-line]").forEach(function (e) {
      lineOf.set(e, +e.dataset.line);
      e.removeAttribute("data-line");
    });
  }

  // ---- The three trees.
  takeLines(d.body);
  var old = d.body.cloneNode(true),
    live = new Map(), // node of old → node on the screen
    next, // the same for the tree that is being put in place
    fresh; // nodes that scripts have not seen yet
  function pair(map, a, b) {
    map.set(a, b);
    for (var x = a.firstChild, y = b.firstChild; x && y; x = x.nextSibling, y = y.nextSibling) pair(map, x, y);
  }
  pair(live, old, d.body);

  // carry keeps what is on the screen for a part that did not change.
  function carry(o, n) {
    var l = live.get(o);
    next.set(n, l);
    if (l && l.nodeType === 1 && lineOf.has(n)) lineOf.set(l, lineOf.get(n));
    for (var x = o.firstChild, y = n.firstChild; x && y; x = x.nextSibling, y = y.nextSibling) carry(x, y);
  }
  function bring(n) {
    var f = d.importNode(n, true);
    pair(next, n, f);
    copyLines(n, f);
    if (f.nodeType === 1) fresh.push(f);
    return f;
  }
  function copyLines(n, f) {
    if (n.nodeType !== 1) return;
    if (lineOf.has(n)) lineOf.set(f, lineOf.get(n));
    for (var x = n.firstElementChild, y = f.firstElementChild; x && y; x = x.nextElementSibling, y = y.nextElementSibling)
      copyLines(x, y);
  }
  // replace swaps a part whole and keeps what its reader did to it.
  function replace(o, n) {
    var was = live.get(o),
      f = bring(n);
    if (!was || !was.parentNode) return f;
    if (was.nodeType === 1) {
      var a = all("details", was),
        b = all("details", f);
      if (a.length === b.length)
        a.forEach(function (e, i) {
          b[i].open = e.open;
        });
      all("input", was).forEach(function (e) {
        if (!e.checked) return;
        var same = e.id && all("input", f).filter(function (x) {
          return x.id === e.id;
        })[0];
        if (same) same.checked = true;
      });
    }
    was.replaceWith(f);
    return f;
  }
  function all(sel, e) {
    var out = Array.prototype.slice.call(e.querySelectorAll(sel));
    if (e.matches(sel)) out.unshift(e);
    return out;
  }
  // These are the work of one script or another and are never patched inside.
  var whole = "pre, svg, math, .highlight, .highlighttable, .arithmatex, .mermaid, iframe, video, audio, object, select, textarea";
  function kids(e) {
    return Array.prototype.slice.call(e.childNodes);
  }
  function patch(o, n) {
    if (o.isEqualNode(n)) return carry(o, n);
    var l = live.get(o);
    if (o.nodeType !== 1) {
      if (l && l.parentNode && l.data === o.data) {
        l.data = n.data;
        next.set(n, l);
      } else if (l && l.parentNode) {
        replace(o, n);
      }
      return;
    }
    var a = kids(o),
      b = kids(n);
    if (
      !l ||
      o.matches(whole) ||
      a.some(function (x) {
        var y = live.get(x);
        return !y || y.parentNode !== l || (x.nodeType === 3 && x.data !== y.data);
      })
    )
      return replace(o, n);
    next.set(n, l);
    if (lineOf.has(n)) lineOf.set(l, lineOf.get(n));
    attributes(o, n, l);
    children(a, b, l);
  }
  function attributes(o, n, l) {
    Array.prototype.forEach.call(o.attributes, function (x) {
      if (!n.hasAttribute(x.name)) l.removeAttribute(x.name);
    });
    Array.prototype.forEach.call(n.attributes, function (x) {
      if (o.getAttribute(x.name) !== x.value) l.setAttribute(x.name, x.value);
    });
  }
  // children lines two lists up: what is equal stays, what stands between two
  // equal ones and has the same tag is patched, the rest goes or comes.
  function children(a, b, parent) {
    var to = [], // for each of b, its partner in a
      from = 0,
      ea = a.length,
      eb = b.length;
    while (from < ea && from < eb && a[from].isEqualNode(b[from])) {
      to[from] = a[from];
      from++;
    }
    while (ea > from && eb > from && a[ea - 1].isEqualNode(b[eb - 1])) to[--eb] = a[--ea];
    var ka = a.slice(from, ea),
      kb = b.slice(from, eb);
    common(ka, kb).forEach(function (p) {
      to[from + p[1]] = ka[p[0]];
    });
    var used = new Set(to.filter(Boolean)),
      i = from;
    for (var j = from; j < eb; j++) {
      if (to[j]) {
        i = a.indexOf(to[j]) + 1;
        continue;
      }
      for (var k = i; k < ea && !used.has(a[k]); k++)
        if (a[k].nodeName === b[j].nodeName && a[k].nodeType === b[j].nodeType) {
          to[j] = a[k];
          used.add(a[k]);
          i = k + 1;
          break;
        }
    }
    a.forEach(function (x) {
      if (!used.has(x)) live.get(x).remove();
    });
    var before = null; // the last node that is in its place
    b.forEach(function (y, j) {
      if (to[j]) {
        patch(to[j], y);
        before = next.get(y) || before;
      } else {
        var f = bring(y);
        if (before && before.parentNode === parent) before.after(f);
        else parent.prepend(f);
        before = f;
      }
    });
  }
  // common is a longest common subsequence of equal nodes.
  function common(a, b) {
    if (!a.length || !b.length || a.length * b.length > 90000) return [];
    var key = function (x) {
        return x.nodeType === 1 ? x.outerHTML : x.nodeType + x.data;
      },
      ka = a.map(key),
      kb = b.map(key),
      w = b.length + 1,
      t = new Uint16Array((a.length + 1) * w);
    for (var i = a.length - 1; i >= 0; i--)
      for (var j = b.length - 1; j >= 0; j--)
        t[i * w + j] = ka[i] === kb[j] ? t[(i + 1) * w + j + 1] + 1 : Math.max(t[(i + 1) * w + j], t[i * w + j + 1]);
    var out = [];
    for (i = 0, j = 0; i < a.length && j < b.length; ) {
      if (ka[i] === kb[j]) out.push([i++, j++]);
      else if (t[(i + 1) * w + j] >= t[i * w + j + 1]) i++;
      else j++;
    }
    return out;
  }

  // ---- Putting a new version in place.
  var title = d.title;
  function mark() {
    d.title = (failure ? "✗ " : "") + title;
  }
  function plain(e) {
    return e.href.split("?lintel=")[0];
  }
  function sheets(doc) {
    return Array.prototype.map.call(doc.querySelectorAll("head link[rel~=stylesheet]"), plain);
  }
  function scripts(doc) {
    return Array.prototype.map
      .call(doc.querySelectorAll("script[src]"), function (e) {
        return e.src;
      })
      .join("\n");
  }
  var sheetsNow = sheets(d),
    scriptsNow = scripts(d);
  // swap puts a style sheet in the place of another without a moment of neither.
  function swap(e, href) {
    var n = e.cloneNode();
    n.href = href;
    n.onload = n.onerror = function () {
      e.remove();
    };
    e.after(n);
  }
  function link(href) {
    return Array.prototype.filter.call(d.querySelectorAll("head link[rel~=stylesheet]"), function (e) {
      return plain(e) === href;
    });
  }
  function head(doc) {
    title = doc.title;
    mark();
    d.documentElement.lang = doc.documentElement.lang;
    var now = sheets(doc);
    now.forEach(function (href, i) {
      if (sheetsNow.indexOf(href) >= 0) return;
      var gone = sheetsNow[i] !== undefined && now.indexOf(sheetsNow[i]) < 0 && link(sheetsNow[i])[0];
      if (gone) swap(gone, href);
      else d.head.append(d.importNode(doc.querySelectorAll("head link[rel~=stylesheet]")[i], true));
    });
    sheetsNow.forEach(function (href, i) {
      if (now.indexOf(href) < 0 && (now[i] === undefined || sheetsNow.indexOf(now[i]) >= 0))
        link(href).forEach(function (e) {
          e.remove();
        });
    });
    sheetsNow = now;
    ["link[rel=prev]", "link[rel=next]", "meta[name=description]"].forEach(function (sel) {
      var e = d.head.querySelector(sel),
        n = doc.head.querySelector(sel);
      if (e) e.remove();
      if (n) d.head.append(d.importNode(n, true));
    });
  }
  // anchor finds what the reader looks at: the first block that is in view.
  function anchor() {
    var root = d.querySelector("article") || d.body,
      top = parseFloat(getComputedStyle(d.documentElement).scrollPaddingTop) || 80;
    var list = root.children;
    for (var i = 0; i < list.length; i++) {
      var r = list[i].getBoundingClientRect();
      if (r.bottom > top && r.height > 0) return { e: list[i], y: r.top, next: list[i + 1], prev: list[i - 1] };
    }
    return null;
  }
  function put(html) {
    var doc = new DOMParser().parseFromString(html, "text/html"),
      m = doc.querySelector('meta[name="lintel-preview"]');
    if (!m || scripts(doc) !== scriptsNow) return location.reload();
    token = m.content;
    run = m.dataset.run;
    version = +m.dataset.version;
    etag = m.dataset.etag;
    takeLines(doc.body);
    var at = scrollY > 0 && anchor(),
      y = scrollY,
      prevTop = at && at.prev && at.prev.getBoundingClientRect().top,
      nextTop = at && at.next && at.next.getBoundingClientRect().top;
    next = new Map();
    fresh = [];
    head(doc);
    next.set(doc.body, d.body);
    attributes(old, doc.body, d.body);
    children(kids(old), kids(doc.body), d.body);
    old = doc.body;
    live = next;
    next = null;
    if (window.lintel && window.lintel.dress) window.lintel.dress(fresh);
    if (at) {
      var move = at.e.isConnected
        ? at.e.getBoundingClientRect().top - at.y
        : at.next && at.next.isConnected
          ? at.next.getBoundingClientRect().top - nextTop
          : at.prev && at.prev.isConnected
            ? at.prev.getBoundingClientRect().top - prevTop
            : y - scrollY;
      if (Math.abs(move) > 0.5) scrollBy({ top: move, behavior: "instant" });
    }
    d.dispatchEvent(new CustomEvent("lintel:updated", { detail: { fresh: fresh } }));
    findings();
  }
  var asking, askAgain;
  function refresh() {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    var h = { "Lintel-Preview": "1" };
    if (etag) h["If-None-Match"] = etag;
    fetch(location.pathname + location.search, { cache: "no-store", headers: h })
      .then(function (r) {
        if (r.status === 304) return findings();
        return r.text().then(function (html) {
          if (r.redirected) location.href = r.url;
          else put(html);
        });
      })
      .catch(function () {
        askAgain = askAgain || false; // the stream says when the server is back
      })
      .then(function () {
        asking = false;
        if (askAgain) {
          askAgain = false;
          refresh();
        }
      });
  }
  function files(list) {
    var stamp = "?lintel=" + version;
    list.forEach(function (f) {
      var url = new URL(f, location.href);
      Array.prototype.forEach.call(d.querySelectorAll("head link[rel~=stylesheet]"), function (e) {
        if (new URL(e.href).pathname === url.pathname) swap(e, plain(e) + stamp);
      });
      Array.prototype.forEach.call(d.images, function (e) {
        if (e.src && new URL(e.src, location.href).pathname === url.pathname) e.src = url.pathname + stamp;
      });
      var used = Array.prototype.some.call(d.scripts, function (e) {
        return e.src && new URL(e.src).pathname === url.pathname;
      });
      if (used) location.reload();
    });
  }

  // ---- What the author is told. All of it lives in one element of its own.
  var box = make("div", { id: "lintel-preview" }, d.body),
    failure = null,
    overlay,
    toast,
    badge,
    panel;
  function open(what) {
    if (!c.editor) return;
    fetch("/_lintel/open", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Lintel-Token": token },
      body: JSON.stringify(what),
    })
      .then(function (r) {
        return r.ok
          ? r.json()
          : r.text().then(function (t) {
              throw new Error(t.trim());
            });
      })
      .then(function (a) {
        if (a.url) location.href = a.url;
        else note(fill(say.opened, a.file));
      })
      .catch(function (e) {
        note(fill(say.open_failed, e.message));
      });
  }
  function note(text, href, label) {
    if (toast) toast.remove();
    toast = make("div", { className: "lp-toast", role: "status" }, box);
    make("span", { textContent: text }, toast);
    if (href) make("a", { href: href, textContent: label }, toast);
    var t = toast;
    setTimeout(
      function () {
        t.remove();
      },
      href ? 8000 : 4000,
    );
  }
  function fail(f) {
    failure = f || null;
    mark();
    if (overlay) overlay.remove();
    overlay = null;
    if (!f) return;
    overlay = make("section", { className: "lp-overlay", role: "alert", "aria-label": say.failed }, box);
    make("h2", { textContent: say.failed }, overlay);
    if (f.path) {
      var at = f.path + (f.line ? ":" + f.line : "") + (f.column ? ":" + f.column : "");
      if (c.editor) {
        var b = make("button", { type: "button", className: "lp-at", textContent: at, title: say.open }, overlay);
        b.onclick = function () {
          open({ failure: true, line: f.line });
        };
      } else make("p", { className: "lp-at", textContent: at }, overlay);
    }
    make("p", { className: "lp-message", textContent: f.message }, overlay);
    if (f.excerpt && f.excerpt.length) {
      var pre = make("pre", { tabIndex: 0 }, overlay);
      f.excerpt.forEach(function (l) {
        var row = make("span", { className: l.here ? "lp-line lp-here" : "lp-line" }, pre);
        make("i", { textContent: l.n }, row);
        row.append(l.text + "\n");
      });
    }
    if (f.hint) make("p", { className: "lp-hint", textContent: f.hint }, overlay);
    make("p", { className: "lp-small", textContent: d.querySelector("article") ? say.failed_hint : say.failed_start }, overlay);
    var x = make("button", { type: "button", className: "lp-close", textContent: say.dismiss }, overlay);
    x.onclick = function () {
      overlay.hidden = true;
    };
  }
  addEventListener("keydown", function (e) {
    if (e.key !== "Escape") return;
    if (overlay) overlay.hidden = true;
    if (panel) panel.hidden = true;
  });
  var worst = { info: 0, warning: 1, error: 2 },
    counting;
  function findings() {
    if (own) return;
    var mine = (counting = {});
    fetch("/_lintel/page?path=" + encodeURIComponent(here), { cache: "no-store", headers: { "Lintel-Token": token } })
      .then(function (r) {
        return r.ok ? r.json() : null;
      })
      .then(function (a) {
        if (a && mine === counting) list(a);
      })
      .catch(function () {});
  }
  function list(a) {
    var shown = panel && !panel.hidden,
      n = a.findings.length;
    if (badge) badge.remove();
    if (panel) panel.remove();
    badge = panel = null;
    if (!n) return;
    var level = a.findings.reduce(function (w, f) {
      return worst[f.severity] > worst[w] ? f.severity : w;
    }, "info");
    badge = make("button", { type: "button", className: "lp-badge lp-" + level, "aria-expanded": String(!!shown) }, box);
    badge.textContent = n === 1 ? say.findings_one : fill(say.findings_count, n);
    panel = make("section", { className: "lp-panel", hidden: !shown, "aria-label": say.findings }, box);
    make("h2", { textContent: say.findings }, panel);
    make("p", { className: "lp-small", textContent: a.src }, panel);
    var ul = make("ul", {}, panel);
    a.findings.forEach(function (f) {
      var li = make("li", { className: "lp-" + f.severity }, ul);
      make("b", { textContent: say[f.severity] }, li);
      if (f.line && c.editor) {
        var b = make("button", { type: "button", className: "lp-at", textContent: f.line, title: say.open }, li);
        b.onclick = function () {
          open({ path: here, line: f.line });
        };
      } else if (f.line) make("span", { className: "lp-at", textContent: f.line }, li);
      make("span", { textContent: f.message }, li);
      if (f.hint) make("small", { textContent: f.hint }, li);
      make("small", { textContent: "[" + f.rule + "]" }, li);
    });
    if (c.editor) make("p", { className: "lp-small", textContent: say.line_hint }, panel);
    badge.onclick = function () {
      panel.hidden = !panel.hidden;
      badge.setAttribute("aria-expanded", String(!panel.hidden));
    };
  }
  d.addEventListener("click", function (e) {
    if (!e.altKey || e.button || !c.editor) return;
    for (var x = e.target; x && x.nodeType === 1; x = x.parentNode)
      if (lineOf.has(x)) {
        e.preventDefault();
        e.stopPropagation();
        return open({ path: here, line: lineOf.get(x) });
      }
  }, true);

  // ---- The stream.
  var stale, wasLost;
  function look() {
    if (d.hidden) stale = true;
    else refresh();
  }
  d.addEventListener("visibilitychange", function () {
    if (!d.hidden && stale) {
      stale = false;
      refresh();
    }
  });
  function heard(m) {
    if (m.kind === "lost") {
      wasLost = true;
      return note(say.lost);
    }
    if (wasLost) {
      wasLost = false;
      note(say.back);
    }
    var u = m.update;
    token = m.token;
    fail(u.failure);
    if (m.kind === "state") {
      if (u.run !== run || u.version > version) {
        run = u.run;
        version = u.version;
        look();
      }
      return;
    }
    version = u.version;
    if (u.failure) return;
    var path = decodeURI(here),
      urls = (u.urls || []).map(decodeURI),
      mine = urls.indexOf(path) >= 0;
    if (u.files) files(u.files);
    if (own || mine || u.all || !d.querySelector("article")) return look();
    findings();
    if (urls.length && !d.hidden)
      note(urls.length > 1 ? fill(say.changed_more, urls[0], urls.length - 1) : fill(say.changed, urls[0]), u.urls[0], say.go);
  }
  function join(port) {
    port.onmessage = function (e) {
      heard(e.data);
    };
    var hello = function () {
      port.postMessage({ token: token, page: location.pathname + location.search });
    };
    hello();
    addEventListener("pagehide", function () {
      port.postMessage({ bye: true });
    });
    addEventListener("pageshow", function (e) {
      if (e.persisted) hello();
    });
  }
  if (window.SharedWorker) {
    join(new SharedWorker("/_lintel/worker.js", "lintel-preview").port);
  } else {
    make("script", {
      src: "/_lintel/worker.js",
      onload: function () {
        var ch = new MessageChannel();
        window.lintelJoin(ch.port2);
        join(ch.port1);
      },
    }, d.head);
  }
  findings();
})(window.lintelPreview);
