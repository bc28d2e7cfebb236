(function (c) {
  "use strict";
  var d = document,
    root = d.documentElement,
    base = root.dataset.base,
    say = c.text;
  var $ = function (s, e) {
    return (e || d).querySelector(s);
  };
  var all = function (s, e) {
    return Array.prototype.slice.call((e || d).querySelectorAll(s));
  };
  function make(tag, props, parent) {
    var e = d.createElement(tag);
    for (var k in props) {
      if (k in e) e[k] = props[k];
      else e.setAttribute(k, props[k]);
    }
    if (parent) parent.append(e);
    return e;
  }
  function icon(name) {
    return make("i", { className: "i i-" + name });
  }
  var article = $("article"),
    narrow = matchMedia("(max-width: 60rem)");

  // Colours
  var scheme = $("#__scheme");
  if (scheme) {
    var show = (c.toggled = function () {
      var e = c.palettes[c.palette];
      scheme.firstElementChild.className = "i i-" + e.i;
      scheme.title = e.l;
      scheme.setAttribute("aria-label", e.l);
    });
    show();
    scheme.hidden = false;
    scheme.onclick = function () {
      c.set("palette", (c.palette + 1) % c.palettes.length);
      c.apply();
      show();
    };
  }

  // Announcement
  var note = $(".announce"),
    dismiss = $(".announce button");
  if (dismiss) {
    var sum = 0,
      words = note.textContent;
    for (var i = 0; i < words.length; i++) sum = (sum * 31 + words.charCodeAt(i)) | 0;
    if (c.get("announce") === String(sum)) note.hidden = true;
    dismiss.hidden = false;
    dismiss.onclick = function () {
      c.set("announce", sum);
      note.hidden = true;
    };
  }

  // Navigation: the current page in view, panels closed once they were used.
  var nav = $(".nav"),
    toc = $(".toc"),
    here = $(".nav [aria-current]");
  function reveal(box, e) {
    var b = box.getBoundingClientRect(),
      r = e.getBoundingClientRect();
    if (r.top < b.top + 40 || r.bottom > b.bottom - 40) box.scrollTop += r.top - b.top - b.height / 2;
  }
  if (nav && here) {
    if (!narrow.matches) reveal(nav, here);
    nav.addEventListener("toggle", function (e) {
      if (e.newState === "open") reveal(nav, here);
    });
  }
  [nav, toc].forEach(function (box) {
    if (box && box.hidePopover)
      box.addEventListener("click", function (e) {
        if (e.target.closest("a") && box.matches(":popover-open")) box.hidePopover();
      });
  });

  // Table of contents follows the page.
  var links, heads;
  function outline() {
    links = {};
    heads = [];
    all(".toc a, .nav a[href^='#']").forEach(function (a) {
      var h = d.getElementById(decodeURIComponent(a.hash.slice(1)));
      if (h) {
        links[h.id] = a;
        heads.push(h);
      }
    });
  }
  outline();
  var active = null,
    still,
    offset = parseFloat(getComputedStyle(root).scrollPaddingTop) || 80,
    ticking,
    last = scrollY,
    up,
    bar = $(".header");
  function hold() {
    still = performance.now() + 600;
  }
  hold();
  addEventListener("load", hold);
  addEventListener("hashchange", hold);
  function follow() {
    ticking = false;
    var y = scrollY,
      cur = null;
    for (var i = 0; i < heads.length && heads[i].getBoundingClientRect().top <= offset + 48; i++) cur = heads[i];
    if (heads.length && innerHeight + y >= root.scrollHeight - 4 && y > 0) {
      // At the end, headings that cannot rise to the top: the one that was asked for, or the last.
      var asked = decodeURIComponent(location.hash.slice(1));
      for (i = heads.indexOf(cur) + 1; i < heads.length && heads[i].getBoundingClientRect().top < innerHeight; i++) {
        cur = heads[i];
        if (cur.id === asked) break;
      }
    }
    if (cur !== active) {
      if (active) links[active.id].removeAttribute("aria-current");
      active = cur;
      if (cur) {
        links[cur.id].setAttribute("aria-current", "true");
        var box = toc || nav;
        if (c.has("toc.follow") || toc) if (box.clientHeight < box.scrollHeight) reveal(box, links[cur.id]);
      }
      // The address follows the reader, not the other way round.
      if (c.has("navigation.tracking") && performance.now() > still)
        history.replaceState(
          history.state,
          "",
          cur ? "#" + encodeURIComponent(cur.id) : location.pathname + location.search,
        );
    }
    if (Math.abs(y - last) > 8) {
      if (c.has("header.autohide")) bar.classList.toggle("up", y > last && y > 160);
      if (up) up.hidden = !(y < last && y > 500);
      last = y;
    }
  }
  addEventListener(
    "scroll",
    function () {
      if (!ticking) {
        ticking = true;
        requestAnimationFrame(follow);
      }
    },
    { passive: true },
  );
  if (c.has("navigation.top")) {
    up = make("button", { type: "button", className: "to-top", hidden: true }, d.body);
    up.append(icon("top"), say.top);
    up.onclick = function () {
      scrollTo(0, 0);
      up.hidden = true;
    };
  }
  follow();

  // Code: copy buttons, scrolling by keyboard
  function codeOf(pre) {
    var copy = pre.cloneNode(true);
    all(".linenos, .an, .copy, .card-pop, [data-linenos]", copy).forEach(function (e) {
      e.remove();
    });
    return copy.textContent.replace(/\n$/, "");
  }
  function clip(value, done) {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(value).then(done, function () {});
    var t = make("textarea", { value: value }, d.body);
    t.select();
    if (d.execCommand("copy")) done();
    t.remove();
  }
  // Cards: annotations, footnotes, abbreviations
  var cards = 0;
  function card(button, fill) {
    var box;
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", function (e) {
      if (!HTMLElement.prototype.showPopover) return;
      e.preventDefault();
      if (!box) {
        box = make("div", { className: "card-pop md-typeset", popover: "auto", id: "__card" + ++cards });
        button.after(box);
        fill(box);
        box.addEventListener("toggle", function (e) {
          button.setAttribute("aria-expanded", String(e.newState === "open"));
        });
      }
      if (box.matches(":popover-open")) return box.hidePopover();
      box.showPopover();
      var r = button.getBoundingClientRect(),
        w = box.offsetWidth;
      box.style.left = Math.max(8, Math.min(r.left - 16, root.clientWidth - w - 8)) + scrollX + "px";
      box.style.top = r.bottom + 6 + scrollY + "px";
    });
  }
  function annotate(scope, list) {
    var items = all(":scope > li", list),
      used = 0;
    var walk = d.createTreeWalker(scope, NodeFilter.SHOW_TEXT),
      node,
      hits = [];
    // In code, marks stand in comments, which have names only where there are colours.
    var code = scope.matches("pre, code"),
      plain = code && !$("span[class]", scope);
    while ((node = walk.nextNode())) {
      if (list.contains(node) || node.parentNode.closest(".an") || !(plain ? /(#|\/[/*]|--|;|%)\s*\(\d+\)/ : /\(\d+\)/).test(node.data)) continue;
      if (code && !plain && !node.parentNode.closest(".c, .c1, .cm, .cs, .cp, .cpf, .ch")) continue;
      hits.push(node);
    }
    hits.forEach(function (node) {
      var m;
      while ((m = /\((\d+)\)(!?)/.exec(node.data))) {
        var item = items[m[1] - 1],
          tail = node.splitText(m.index + m[0].length),
          word = node.splitText(m.index);
        if (item) {
          var b = make("button", {
            type: "button",
            className: "an",
            textContent: m[1],
            "aria-label": say.annotation.replace("{0}", m[1]),
          });
          if (m[2]) node.data = node.data.replace(/(\/\/|\/\*|<!--|--|#|;|%)\s*$/, "");
          if (m[2]) tail.data = tail.data.replace(/^\s*(\*\/|-->)/, "");
          word.replaceWith(b);
          (function (item) {
            card(b, function (box) {
              box.innerHTML = item.innerHTML;
            });
          })(item);
          used++;
        }
        node = tail;
      }
    });
    if (used && used >= items.length) list.classList.add("an-list");
  }
  // Tabs: labels for paper, linked sets, the set that holds the address's target
  function choose(set, i) {
    var input = $(":scope > input:nth-of-type(" + (i + 1) + ")", set);
    if (input) input.checked = true;
  }
  function labels(set) {
    return all(":scope > .tabbed-labels > label, :scope > label", set);
  }
  var linked = c.has("content.tabs.link"),
    chosen;
  try {
    chosen = JSON.parse(c.get("tabs") || "[]");
  } catch (e) {
    chosen = [];
  }
  function target() {
    var e = location.hash && d.getElementById(decodeURIComponent(location.hash.slice(1))),
      moved;
    if (!e) return;
    for (var p = e; p && p !== article; p = p.parentNode) {
      if (p.tagName === "DETAILS" && !p.open) p.open = moved = true;
      if (p.classList && p.classList.contains("tabbed-block")) {
        choose(p.parentNode.parentNode, all(":scope > *", p.parentNode).indexOf(p));
        moved = true;
      }
    }
    if (moved) e.scrollIntoView();
  }
  addEventListener("hashchange", target);
  var shut;
  addEventListener("beforeprint", function () {
    shut = all("details:not([open])", article);
    shut.forEach(function (e) {
      e.open = true;
    });
  });
  addEventListener("afterprint", function () {
    if (shut)
      shut.forEach(function (e) {
        e.open = false;
      });
  });

  // dress does to what the author wrote what needs a script; a preview calls it
  // again for the parts that it has put in.
  var bare = !c.features.length;
  function dress(roots) {
    function found(sel) {
      return roots.reduce(function (list, r) {
        return list.concat(r.matches(sel) ? r : [], all(sel, r));
      }, []);
    }
    found("pre > code").forEach(function (code) {
      var pre = code.parentNode,
        box = pre.parentNode;
      if (code.scrollWidth > code.clientWidth + 1) code.tabIndex = 0;
      var no = pre.closest(".no-copy, .mermaid, .linenodiv"),
        place = box.matches(".highlight, .codehilite") ? box : pre;
      if (no || $(".ib.copy", place) || !(bare || c.has("content.code.copy") || pre.closest(".copy"))) return;
      var b = make("button", { type: "button", className: "ib copy", title: say.copy, "aria-label": say.copy });
      b.append(icon("copy"));
      place.append(b);
      b.onclick = function () {
        clip(codeOf(code), function () {
          b.firstChild.className = "i i-check";
          b.classList.add("done");
          b.setAttribute("aria-label", say.copied);
          setTimeout(function () {
            b.firstChild.className = "i i-copy";
            b.classList.remove("done");
            b.setAttribute("aria-label", say.copy);
          }, 1500);
        });
      };
    });
    found(".task-list-item input").forEach(function (input) {
      var li = input.closest("li"),
        words = (li.firstElementChild.tagName === "P" ? li.firstElementChild : li).textContent.trim();
      if (!input.labels.length || !input.labels[0].textContent.trim()) input.setAttribute("aria-label", words.split("\n")[0]);
    });
    found("table").forEach(function (t) {
      if (t.scrollWidth > t.clientWidth + 1) t.tabIndex = 0;
    });

    found(".annotate").forEach(function (e) {
      var list = e.nextElementSibling;
      if (list && list.tagName === "OL")
        annotate($("pre", e) && e.matches(".highlight") ? $("td.code code, pre > code", e) : e, list);
      else if (e.matches("ol, ul, dl, blockquote") === false && $(":scope > ol:last-child", e))
        annotate(e, $(":scope > ol:last-child", e));
    });
    if (c.has("content.code.annotate"))
      found(".highlight:not(.annotate):not(code) + ol").forEach(function (list) {
        var code = $("td.code code, pre > code", list.previousElementSibling);
        if (code && /\(\d+\)/.test(code.textContent)) annotate(code, list);
      });
    if (c.has("content.footnote.tooltips"))
      found(".footnote-ref").forEach(function (a) {
        var li = d.getElementById(decodeURIComponent(a.hash.slice(1)));
        if (li)
          card(a, function (box) {
            box.innerHTML = li.innerHTML;
            all(".footnote-backref", box).forEach(function (b) {
              b.remove();
            });
          });
      });
    if (c.has("content.tooltips"))
      found("abbr[title]").forEach(function (a) {
        a.tabIndex = 0;
        a.setAttribute("role", "button");
        a.onkeydown = function (e) {
          if (e.key === "Enter") a.click();
        };
        card(a, function (box) {
          make("p", { textContent: a.title }, box);
        });
      });

    found(".tabbed-set").forEach(function (set) {
      var ls = labels(set),
        blocks = all(":scope > .tabbed-content > .tabbed-block", set);
      blocks.forEach(function (b, i) {
        if (ls[i]) b.dataset.label = ls[i].textContent;
      });
      if (linked)
        chosen.some(function (name) {
          var i = ls.findIndex(function (l) {
            return l.textContent.trim() === name;
          });
          if (i >= 0) {
            choose(set, i);
            return true;
          }
        });
      set.addEventListener("change", function (e) {
        if (!linked || e.target.parentNode !== set) return;
        var i = all(":scope > input", set).indexOf(e.target),
          name = ls[i].textContent.trim(),
          y = set.getBoundingClientRect().top;
        chosen = [name]
          .concat(
            chosen.filter(function (n) {
              return n !== name;
            }),
          )
          .slice(0, 12);
        c.set("tabs", JSON.stringify(chosen));
        all(".tabbed-set", article).forEach(function (other) {
          var j = labels(other).findIndex(function (l) {
            return l.textContent.trim() === name;
          });
          if (other !== set && j >= 0) choose(other, j);
        });
        scrollBy({ top: set.getBoundingClientRect().top - y, behavior: "instant" });
      });
    });
    // A strict policy keeps the browser from reading an author's style attributes;
    // scripts of the site may.
    found("[style]").forEach(function (e) {
      if (!e.style.length) e.style.cssText = e.getAttribute("style");
    });

    // Formulas are TeX. Where the site has no script of its own for them they are
    // drawn as MathML, which needs neither fonts nor styles; until then, and should
    // it fail, they read better without their delimiters.
    var formulas = $("body > script")
      ? []
      : found(".arithmatex").map(function (e) {
          var script = $("script", e);
          var tex = (script || e).textContent.replace(/^\s*\\[([]\s*|\s*\\[)\]]\s*$/g, "");
          e.textContent = tex;
          return { e: e, tex: tex, block: script ? /display/.test(script.type) : e.tagName === "DIV" };
        });
    function draw() {
      formulas.forEach(function (f) {
        window.katex.render(f.tex, f.e, { displayMode: f.block, output: "mathml", throwOnError: false });
      });
    }
    if (formulas.length && window.katex) draw();
    else if (formulas.length && c.math) make("script", { src: base + c.math, onload: draw }, d.head);

    // Images that enlarge
    found("a.glightbox").forEach(function (a) {
      a.addEventListener("click", function (e) {
        e.preventDefault();
        var box = make("dialog", { className: "zoom", "aria-label": say.zoom }, d.body),
          img = $("img", a);
        make("img", { src: a.href, alt: img ? img.alt : "" }, box);
        if (a.dataset.title) make("p", { textContent: a.dataset.title }, box);
        box.onclick = function () {
          box.close();
        };
        box.onclose = function () {
          box.remove();
        };
        box.showModal();
      });
    });
  }
  dress([article]);
  target();
  c.dress = function (fresh) {
    article = $("article");
    toc = $(".toc");
    nav = $(".nav");
    if (active) links[active.id].removeAttribute("aria-current");
    active = null;
    outline();
    follow();
    // Marks in code and their explanations are two elements.
    var roots = [];
    fresh.forEach(function (e) {
      if (e.contains(article)) e = article;
      if (!article.contains(e)) return;
      var near = [e, e.parentNode.closest(".annotate"), e.nextElementSibling, e.previousElementSibling];
      near.forEach(function (x, i) {
        if (x && roots.indexOf(x) < 0 && (i < 2 || x.matches("ol, .highlight"))) roots.push(x);
      });
    });
    dress(roots);
  };

  // Search: the program is fetched when it is first wanted.
  var form = $(".search"),
    waiting,
    wanted;
  c.make = make;
  function fetchSearch() {
    waiting = true;
    make(
      "script",
      {
        src: base + c.search,
        onload: function () {
          if (wanted !== undefined) c.open(wanted);
        },
        onerror: function () {
          waiting = false;
        },
      },
      d.head,
    );
  }
  function search(query) {
    if (c.open) return c.open(query);
    wanted = query;
    if (!waiting) fetchSearch();
  }
  if (form && c.search) {
    var field = $("input", form);
    form.addEventListener("submit", function (e) {
      e.preventDefault();
      search(field.value);
    });
    field.addEventListener("focus", function () {
      if (!c.open && !waiting) fetchSearch();
    });
    field.addEventListener("click", function () {
      search("");
    });
    field.addEventListener("input", function () {
      if (!field.value) return;
      search(field.value);
      field.value = "";
    });
    var asked = new URLSearchParams(location.search),
      q = asked.get("q");
    if (q) search(q);
    if (asked.get("h")) {
      var seen = d.createTreeWalker(article, NodeFilter.SHOW_TEXT),
        n,
        found = [],
        terms = asked.get("h").split(" ").filter(Boolean);
      while ((n = seen.nextNode())) found.push(n);
      found.forEach(function (n) {
        terms.forEach(function (term) {
          var i;
          if (n.parentNode && n.parentNode.tagName !== "MARK" && (i = n.data.toLowerCase().indexOf(term)) >= 0) {
            var m = make("mark", { "data-found": "" }),
              mid = n.splitText(i);
            n = mid.splitText(term.length);
            mid.replaceWith(m);
            m.append(mid);
          }
        });
      });
    }
  }

  // Keys
  var help;
  function showHelp() {
    if (help) return help.showModal();
    help = make("dialog", { className: "help", "aria-label": say.help }, d.body);
    make("h2", { textContent: say.help }, help);
    var dl = make("dl", {}, help);
    [
      ["/ · s · f · Ctrl K", "search"],
      ["p · ,", "previous"],
      ["n · .", "next"],
      ["e", "edit"],
      ["?", "help"],
    ].forEach(function (k) {
      make("kbd", { textContent: k[0] }, make("dt", {}, dl));
      make("dd", { textContent: say["help_" + k[1]] }, dl);
    });
    help.onclick = function (e) {
      if (e.target === help) help.close();
    };
    help.showModal();
  }
  function go(rel) {
    var a = $("a[rel=" + rel + "]") || $("link[rel=" + rel + "]");
    if (a) location.href = a.href;
  }
  addEventListener("keydown", function (e) {
    if (e.isComposing || e.defaultPrevented || e.altKey) return;
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k" && form) {
      e.preventDefault();
      return search("");
    }
    if (
      e.ctrlKey ||
      e.metaKey ||
      $("dialog[open]") ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) ||
      e.target.isContentEditable
    )
      return;
    var k = e.key;
    if ((k === "/" || k === "s" || k === "f") && form) {
      e.preventDefault();
      search("");
    } else if (k === "p" || k === ",") go("prev");
    else if (k === "n" || k === ".") go("next");
    else if (k === "e") go("edit");
    else if (k === "?") showHelp();
  });

  // The next page is on its way when the pointer rests on its link.
  var fetched = {};
  d.addEventListener("pointerover", function (e) {
    var a = e.target.closest && e.target.closest("a[href]");
    if (
      !a ||
      a.origin !== location.origin ||
      a.protocol === "file:" ||
      a.pathname === location.pathname ||
      fetched[a.pathname] ||
      a.hasAttribute("download")
    )
      return;
    if (navigator.connection && navigator.connection.saveData) return;
    fetched[a.pathname] = setTimeout(function () {
      make("link", { rel: "prefetch", href: a.href }, d.head);
    }, 65);
    a.addEventListener(
      "pointerleave",
      function () {
        clearTimeout(fetched[a.pathname]);
      },
      { once: true },
    );
  });

  // Cards of decisions, elements and terms: they come on hover and on focus,
  // stay while the pointer is on them, and go with Escape.
  var tip,
    owner,
    wait,
    known = {};
  function hideCard() {
    clearTimeout(wait);
    if (!owner) return;
    owner.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  }
  function showCard(a, v) {
    if (!tip) {
      tip = make("div", { className: "card", id: "__card", role: "tooltip" }, d.body);
      tip.onpointerenter = function () {
        clearTimeout(wait);
      };
      tip.onpointerleave = hideCard;
    }
    tip.textContent = "";
    make("b", { textContent: v.title }, tip);
    if (v.label) make("span", { className: "st st-" + v.status, textContent: v.label }, tip);
    if (v.facts) make("small", { textContent: v.facts }, tip);
    if (v.text) make("p", { textContent: v.text }, tip);
    tip.hidden = false;
    owner = a;
    a.setAttribute("aria-describedby", "__card");
    var r = a.getClientRects()[0] || a.getBoundingClientRect(),
      w = tip.offsetWidth,
      h = tip.offsetHeight,
      y = r.bottom + 6;
    if (y + h > innerHeight && r.top > h + 12) y = r.top - h - 6;
    tip.style.left = Math.max(8, Math.min(r.left, root.clientWidth - w - 8)) + scrollX + "px";
    tip.style.top = y + scrollY + "px";
  }
  function want(e) {
    var a = e.target.closest && e.target.closest("a[data-card]");
    if (!a) return;
    clearTimeout(wait);
    if (a === owner) return;
    var url = a.dataset.card;
    wait = setTimeout(
      function () {
        known[url] =
          known[url] ||
          fetch(url).then(function (r) {
            return r.ok ? r.json() : null;
          });
        known[url].then(
          function (v) {
            if (v && (a.matches(":hover") || a === d.activeElement)) showCard(a, v);
          },
          function () {},
        );
      },
      e.type === "focusin" ? 0 : 150,
    );
  }
  d.addEventListener("pointerover", want);
  d.addEventListener("focusin", want);
  d.addEventListener("pointerout", function (e) {
    if (e.target.closest && e.target.closest("a[data-card]")) {
      clearTimeout(wait);
      wait = setTimeout(hideCard, 200);
    }
  });
  d.addEventListener("focusout", hideCard);
  addEventListener("keydown", function (e) {
    if (e.key === "Escape") hideCard();
  });
})(window.lintel);
