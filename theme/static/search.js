(function (c) {
  "use strict";
  // The analyser. Text and queries go through the same steps: Hangul words lose
  // one particle and are also kept as pairs of syllables, Han and Kana only as
  // pairs, identifiers whole and in parts.
  // Groups: Hangul and a key pressed after it, keys alone, Han and Kana, others.
  var runs =
    /([가-힣]+)([ㄱ-ㅣ]?)|([ㄱ-ㅣ]+)|([々\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)|([0-9A-Za-zµÀ-ÖØ-öø-\u1fff\u2c00-\u2dff]+(?:[._/-][0-9A-Za-zµÀ-ÖØ-öø-\u1fff\u2c00-\u2dff]+)*)/g;
  var particles = new Set(
    (
      "을 를 이 가 은 는 의 에 에서 에게 에게서 에는 에도 에만 으로 로 으로서 로서 으로써 로써 으로는 로는 와 과 도 만 까지 부터 처럼 보다 이나 나 이라 라 이며 며 이고 고 " +
      "하다 하는 하고 하며 하여 해서 한다 합니다 했다 할 된다 되는 되고 되어 됩니다 되면 하면 이다 입니다 인 이란 란 마다 밖에 조차 대로 께서 한테 들 들을 들이 들은"
    ).split(" "),
  );

  // Not NFKC, which would take the consonants that are typed alone apart.
  function normal(s) {
    return s.normalize("NFC");
  }
  function stem(word) {
    for (var n = Math.min(4, word.length - 2); n > 0; n--) {
      if (particles.has(word.slice(-n))) return word.slice(0, -n);
    }
    return word;
  }
  function pairs(run) {
    if (run.length < 2) return [run];
    var out = [];
    for (var i = 0; i + 1 < run.length; i++) out.push(run.slice(i, i + 2));
    return out;
  }
  function parts(id) {
    var whole = id.toLowerCase(),
      out = [whole];
    if (/^[a-z0-9]+$/.test(id)) return out;
    var split = id
      .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
      .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
      .split(/[\s._\/-]+/);
    if (split.length > 1) {
      split.forEach(function (p) {
        if (p) out.push(p.toLowerCase());
      });
      out.push(split.join("").toLowerCase());
    }
    return out.filter(function (p, i) {
      return out.indexOf(p) === i;
    });
  }
  // each calls word(w) and pair(p) for all that the text is found by.
  function each(s, word, pair) {
    runs.lastIndex = 0;
    s = normal(s);
    var m;
    while ((m = runs.exec(s))) {
      if (m[1]) {
        word(stem(m[1]));
        if (m[1].length > 1) pairs(m[1]).forEach(pair);
      } else if (m[4]) {
        pairs(m[4]).forEach(pair);
        if (m[4].length < 5) word(m[4]);
      } else if (m[5]) parts(m[5]).forEach(word);
    }
  }

  // Hangul as the keys that were pressed, and as its first consonants
  var first = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
  var vowels = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ".split(" ");
  var finals =
    " ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split(
      " ",
    );
  var compound = {
    ㅘ: "ㅗㅏ",
    ㅙ: "ㅗㅐ",
    ㅚ: "ㅗㅣ",
    ㅝ: "ㅜㅓ",
    ㅞ: "ㅜㅔ",
    ㅟ: "ㅜㅣ",
    ㅢ: "ㅡㅣ",
    ㄳ: "ㄱㅅ",
    ㄵ: "ㄴㅈ",
    ㄶ: "ㄴㅎ",
    ㄺ: "ㄹㄱ",
    ㄻ: "ㄹㅁ",
    ㄼ: "ㄹㅂ",
    ㄽ: "ㄹㅅ",
    ㄾ: "ㄹㅌ",
    ㄿ: "ㄹㅍ",
    ㅀ: "ㄹㅎ",
    ㅄ: "ㅂㅅ",
  };
  function jamo(s) {
    var out = "";
    for (var i = 0; i < s.length; i++) {
      var n = s.charCodeAt(i) - 0xac00;
      if (n >= 0 && n < 11172) out += first[Math.floor(n / 588)] + vowels[Math.floor((n % 588) / 28)] + finals[n % 28];
      else out += compound[s[i]] || s[i];
    }
    return out;
  }
  function initials(s) {
    var out = "";
    for (var i = 0; i < s.length; i++) {
      var n = s.charCodeAt(i) - 0xac00;
      out += n >= 0 && n < 11172 ? first[Math.floor(n / 588)] : s[i];
    }
    return out;
  }
  // within reports whether two words are at most max edits apart, neighbours
  // that changed places counting as one.
  function within(a, b, max) {
    if (Math.abs(a.length - b.length) > max) return false;
    var before,
      prev = [],
      row;
    for (var j = 0; j <= b.length; j++) prev[j] = j;
    for (var i = 1; i <= a.length; i++) {
      row = [i];
      var low = i;
      for (j = 1; j <= b.length; j++) {
        var v = Math.min(prev[j] + 1, row[j - 1] + 1, prev[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (before && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          v = Math.min(v, before[j - 2] + 1);
        row[j] = v;
        if (v < low) low = v;
      }
      if (low > max) return false;
      before = prev;
      prev = row;
    }
    return prev[b.length] <= max;
  }

  // The index: pages hold sections; postings are pairs of section and weight.
  function Index() {
    this.pages = [];
    this.byPath = new Map();
    this.sections = [];
    this.words = new Map();
    this.grams = new Map();
    this.total = 0;
    this.vocabulary = null;
  }
  Index.prototype.add = function (doc) {
    var at = doc.location.indexOf("#"),
      path = at < 0 ? doc.location : doc.location.slice(0, at);
    var page = this.byPath.get(path);
    if (!page) {
      page = { path: path, title: doc.title, length: 0, sections: [], boost: doc.boost || 1 };
      this.byPath.set(path, page);
      this.pages.push(page);
    }
    var text =
      doc.text.indexOf("<") >= 0
        ? doc.text
            .replace(/<[^>]*>/g, " ")
            .replace(/&lt;/g, "<")
            .replace(/&gt;/g, ">")
            .replace(/&quot;/g, '"')
            .replace(/&#39;/g, "'")
            .replace(/&nbsp;/g, " ")
            .replace(/&amp;/g, "&")
        : doc.text;
    var whole = at < 0,
      section = { page: page, location: doc.location, title: doc.title, text: text, whole: whole, length: 0 };
    var id = this.sections.push(section) - 1,
      self = this;
    page.sections.push(section);
    function put(map, weight) {
      return function (term) {
        var list = map.get(term),
          n;
        if (!list) map.set(term, (list = []));
        n = list.length;
        if (n && list[n - 2] === id) list[n - 1] += weight;
        else list.push(id, weight);
        section.length += weight;
      };
    }
    function field(s, weight) {
      each(s, put(self.words, weight), put(self.grams, weight / 2));
    }
    field(doc.title, whole ? 5 : 2);
    (doc.tags || []).forEach(function (t) {
      field(t, 4);
    });
    field(text, 1);
    page.length += section.length;
    this.total += section.length;
    this.vocabulary = null;
  };
  Index.prototype.words_ = function () {
    if (!this.vocabulary) {
      this.vocabulary = Array.from(this.words.keys()).map(function (w) {
        return { word: w, keys: jamo(w) };
      });
      this.vocabulary.sort(function (a, b) {
        return a.keys < b.keys ? -1 : a.keys > b.keys ? 1 : 0;
      });
    }
    return this.vocabulary;
  };
  Index.prototype.prefix = function (keys, max) {
    var v = this.words_(),
      lo = 0,
      hi = v.length,
      out = [];
    while (lo < hi) {
      var mid = (lo + hi) >> 1;
      if (v[mid].keys < keys) lo = mid + 1;
      else hi = mid;
    }
    for (; lo < v.length && v[lo].keys.startsWith(keys) && out.length < max; lo++) out.push(v[lo].word);
    return out;
  };
  // score adds BM25 of one posting list, by page and by section.
  Index.prototype.score = function (list, factor, hits) {
    if (!list) return;
    var pages = new Map(),
      i,
      n = this.pages.length,
      average = this.total / n || 1;
    for (i = 0; i < list.length; i += 2) {
      var page = this.sections[list[i]].page;
      pages.set(page, (pages.get(page) || 0) + list[i + 1]);
    }
    var idf = Math.log(1 + (n - pages.size + 0.5) / (pages.size + 0.5));
    pages.forEach(function (tf, page) {
      var s = (factor * idf * tf * 2.2) / (tf + 1.2 * (0.4 + (0.6 * page.length) / average)),
        h = hits.get(page);
      if (!h) hits.set(page, (h = { score: 0, sections: new Map() }));
      h.score += s;
    });
    for (i = 0; i < list.length; i += 2) {
      var section = this.sections[list[i]],
        h = hits.get(section.page);
      h.sections.set(section, (h.sections.get(section) || 0) + (factor * idf * list[i + 1]) / (list[i + 1] + 1.2));
    }
  };
  // best keeps for each page the better of two ways in which a term was found.
  function best(into, from, factor) {
    from.forEach(function (h, page) {
      var old = into.get(page);
      if (!old) into.set(page, { score: h.score * factor, sections: h.sections });
      else {
        if (h.score * factor > old.score) old.score = h.score * factor;
        h.sections.forEach(function (s, k) {
          if (!(old.sections.get(k) >= s)) old.sections.set(k, s);
        });
      }
    });
  }
  Index.prototype.expand = function (words, factor, hits) {
    var self = this;
    words.forEach(function (w, i) {
      var one = new Map();
      self.score(self.words.get(w), factor / (1 + i * 0.02), one);
      best(hits, one, 1);
    });
  };
  Index.prototype.term = function (m, last) {
    var hits = new Map(),
      self = this,
      one,
      run = m[1] || m[4];
    if (m[3]) {
      // Consonants alone: the beginnings of words, or anywhere in a title.
      var cho = m[3];
      if (cho.length > 1) {
        this.expand(
          this.words_()
            .filter(function (v) {
              return initials(v.word).startsWith(cho);
            })
            .slice(0, 60)
            .map(function (v) {
              return v.word;
            }),
          1,
          hits,
        );
        this.sections.forEach(function (s) {
          if (initials(normal(s.title).replace(/\s+/g, "")).indexOf(cho) < 0) return;
          var h = hits.get(s.page);
          if (!h) hits.set(s.page, (h = { score: 0, sections: new Map() }));
          h.score += s.whole ? 6 : 2;
          h.sections.set(s, 5);
        });
      } else this.expand(this.prefix(cho, 40), 0.5, hits);
      return hits;
    }
    if (run) {
      var word = m[1] ? stem(run) : run;
      one = new Map();
      this.score(this.words.get(word), 1, one);
      best(hits, one, 1.15);
      var grams = pairs(run);
      if (m[1] && word !== run && word.length > 1) grams = pairs(word);
      if (run.length > 1) {
        // A page counts by the square of the share of the pairs that it holds.
        var sum = new Map(),
          have = new Map();
        grams.forEach(function (g) {
          var part = new Map();
          self.score(self.grams.get(g), 1 / grams.length, part);
          part.forEach(function (h, page) {
            have.set(page, (have.get(page) || 0) + 1);
            var old = sum.get(page);
            if (!old) return sum.set(page, h);
            old.score += h.score;
            h.sections.forEach(function (s, k) {
              old.sections.set(k, (old.sections.get(k) || 0) + s);
            });
          });
        });
        sum.forEach(function (h, page) {
          var share = have.get(page) / grams.length;
          if (share < 0.5) return sum.delete(page);
          h.score *= share * share;
        });
        best(hits, sum, 1);
      }
      var keys = jamo(run + (m[2] || ""));
      if (last || run.length < 2) this.expand(this.prefix(keys, 40), m[2] ? 1 : 0.8, hits);
      if (!hits.size && run.length > 1) {
        // An ending that is no particle: what is left of the word, and of a verb.
        this.expand(this.prefix(jamo(run.slice(0, -1)), 20), 0.6, hits);
      }
      if (!hits.size && m[2]) return this.term(Object.assign([], m, { 2: "" }), last);
    } else {
      var ps = parts(m[5]),
        whole = ps[0];
      one = new Map();
      this.score(this.words.get(whole), 1, one);
      best(hits, one, 1.2);
      if (ps.length > 1) {
        one = new Map();
        this.score(this.words.get(ps[ps.length - 1]), 1, one);
        best(hits, one, 1.1);
        one = new Map();
        ps.slice(1, -1).forEach(function (p) {
          self.score(self.words.get(p), 1 / (ps.length - 2), one);
        });
        best(hits, one, 0.9);
      }
      if (last || whole.length > 3) this.expand(this.prefix(whole, 40), 0.7, hits);
    }
    if (!hits.size) {
      // Nothing: allow for slips of the finger.
      var a = jamo(run || m[5].toLowerCase()),
        max = run ? (a.length >= 9 ? 2 : a.length >= 5 ? 1 : 0) : a.length >= 7 ? 2 : a.length >= 4 ? 1 : 0;
      if (max) {
        var near = this.words_().filter(function (v) {
          return within(a, v.keys, max);
        });
        if (!near.length && run)
          near = this.words_().filter(function (v) {
            return v.keys.length > a.length && within(a, v.keys.slice(0, a.length), 1);
          });
        this.expand(
          near.slice(0, 30).map(function (v) {
            return v.word;
          }),
          0.6,
          hits,
        );
      }
    }
    return hits;
  };
  Index.prototype.search = function (query) {
    var terms = [],
      m,
      self = this;
    runs.lastIndex = 0;
    query = normal(query);
    while ((m = runs.exec(query))) terms.push(m);
    var found = new Map();
    terms.forEach(function (t, i) {
      self.term(t, i === terms.length - 1 && /\S$/.test(query)).forEach(function (h, page) {
        var old = found.get(page);
        if (!old) found.set(page, (old = { page: page, score: 0, terms: 0, sections: new Map() }));
        old.score += h.score;
        old.terms++;
        h.sections.forEach(function (s, k) {
          old.sections.set(k, (old.sections.get(k) || 0) + s);
        });
      });
    });
    var out = Array.from(found.values());
    out.forEach(function (h) {
      h.score *= Math.pow(h.terms / terms.length, 1.5) * h.page.boost;
    });
    out.sort(function (a, b) {
      return b.score - a.score || (a.page.path < b.page.path ? -1 : 1);
    });
    return out;
  };

  // What to show of a text, and what to mark in it
  function needles(query) {
    var out = [],
      m;
    runs.lastIndex = 0;
    query = normal(query);
    while ((m = runs.exec(query))) {
      if (m[1]) {
        var w = stem(m[1]);
        out.push(w);
        if (w.length > 2) out = out.concat(pairs(w));
      } else if (m[4]) out.push(m[4]);
      else if (m[5])
        parts(m[5]).forEach(function (p) {
          if (p.length > 1) out.push(p);
        });
    }
    return out;
  }
  function mark(parent, s, words) {
    var low = s.toLowerCase(),
      i = 0;
    while (i < s.length) {
      var at = -1,
        len = 0;
      words.forEach(function (w) {
        var k = low.indexOf(w, i);
        if (k >= 0 && (at < 0 || k < at || (k === at && w.length > len))) {
          at = k;
          len = w.length;
        }
      });
      if (at < 0) break;
      if (at > i) parent.append(s.slice(i, at));
      c.make("mark", { textContent: s.substr(at, len) }, parent);
      i = at + len;
    }
    parent.append(s.slice(i));
  }
  function snippet(text, words) {
    var low = text.toLowerCase(),
      at = -1;
    words.some(function (w) {
      at = low.indexOf(w);
      return at >= 0;
    });
    if (at < 0) at = 0;
    var from = Math.max(0, at - 50);
    if (from) from = Math.max(from, text.lastIndexOf(" ", from + 14) + 1);
    var to = Math.min(text.length, from + 170);
    return (from ? "… " : "") + text.slice(from, to).trim() + (to < text.length ? " …" : "");
  }

  c.Index = Index;
  if (!c.make) return;
  var make = c.make,
    say = c.text,
    base = document.documentElement.dataset.base;
  var index = new Index(),
    state = "",
    dialog,
    input,
    status,
    list,
    ghost;

  function fill(docs) {
    var i = 0;
    (function some() {
      var until = performance.now() + 14;
      for (; i < docs.length && performance.now() < until; i++) {
        var d = docs[i];
        if (d.location.indexOf("#") < 0) d.text = opening(docs, i, d.location + "#");
        index.add(d);
      }
      if (i < docs.length) return setTimeout(some);
      state = "ready";
      index.words_();
      show();
    })();
  }
  // opening returns what a page's record holds before its first section. MkDocs
  // repeats the text of the sections in it, Material does not.
  function opening(docs, i, start) {
    var whole = docs[i].text;
    for (i++; i < docs.length && docs[i].location.startsWith(start); i++) {
      if (!docs[i].text) continue;
      var at = whole.indexOf(docs[i].text.slice(0, 80).trim());
      return at < 0 ? whole : whole.slice(0, at);
    }
    return whole;
  }
  function load() {
    if (state) return;
    state = "loading";
    var fail = function () {
      state = "failed";
      show();
    };
    if (c.offline)
      make(
        "script",
        {
          src: base + "search/search_index.js",
          onload: function () {
            fill(window.__index.docs);
          },
          onerror: fail,
        },
        document.head,
      );
    else
      fetch(base + "search/search_index.json")
        .then(function (r) {
          if (!r.ok) throw r.status;
          return r.json();
        })
        .then(function (data) {
          fill(data.docs);
        })
        .catch(fail);
  }
  function link(location, terms) {
    if (!c.has("search.highlight") || !terms.length) return base + location;
    var at = location.indexOf("#");
    if (at < 0) at = location.length;
    return base + location.slice(0, at) + "?h=" + encodeURIComponent(terms.join(" ")) + location.slice(at);
  }
  function entry(parent, section, location, words, title) {
    var li = make("li", {}, parent),
      a = make("a", { href: link(location, words) }, li);
    mark(make("b", {}, a), title, words);
    if (section && section.text) mark(make("small", {}, a), snippet(section.text, words), words);
    return li;
  }
  // suggest writes what the last word could become behind what was typed.
  function suggest(query) {
    if (!ghost) return;
    var last = (/[^\s._\/-]+$/.exec(input.value) || [""])[0],
      low = last.toLowerCase(),
      top;
    if (state === "ready" && low.length > 1)
      index.prefix(jamo(low), 40).forEach(function (w) {
        var n = index.words.get(w).length;
        if (w !== low && w.startsWith(low) && (!top || n > top.n)) top = { n: n, word: w };
      });
    ghost.textContent = top ? input.value + top.word.slice(low.length) : "";
  }
  function show() {
    if (!dialog) return;
    var query = input.value.trim();
    list.textContent = "";
    suggest(query);
    if (state !== "ready") {
      status.textContent = state === "failed" ? say.search_failed : say.search_loading;
      return;
    }
    if (!query) {
      status.textContent = say.search_hint;
      return;
    }
    var hits = index.search(query),
      words = needles(query);
    status.textContent = !hits.length
      ? say.search_none.replace("{0}", query)
      : hits.length === 1
        ? say.search_one
        : say.search_many.replace("{0}", hits.length);
    hits.slice(0, 20).forEach(function (h) {
      var sections = Array.from(h.sections)
        .sort(function (a, b) {
          return b[1] - a[1];
        })
        .map(function (s) {
          return s[0];
        });
      // The page's own line shows where it was found before any other heading.
      var own = sections.filter(function (s) {
        return s.whole || s.title === h.page.title;
      })[0];
      var sub = sections
        .filter(function (s) {
          return !s.whole && s.title !== h.page.title;
        })
        .slice(0, 3);
      var li = entry(
        list,
        own && (!sub.length || own !== sections[sections.length - 1]) ? own : null,
        own ? own.location : h.page.path,
        words,
        h.page.title,
      );
      if (sub.length) {
        var ol = make("ol", {}, li);
        sub.forEach(function (s) {
          entry(ol, s, s.location, words, s.title);
        });
      }
    });
    list.scrollTop = 0;
  }
  function build() {
    dialog = make("dialog", { className: "sd", "aria-label": say.search }, document.body);
    var form = make("form", { method: "dialog" }, dialog);
    make("i", { className: "i i-search" }, form);
    input = make(
      "input",
      {
        type: "search",
        "aria-label": say.search,
        placeholder: say.search,
        autocomplete: "off",
        spellcheck: false,
        enterKeyHint: "search",
      },
      make("div", {}, form),
    );
    if (c.has("search.suggest")) ghost = make("span", { "aria-hidden": "true" }, input.parentNode);
    if (c.has("search.share")) {
      var share = make(
        "button",
        { type: "button", className: "ib", title: say.search_share, "aria-label": say.search_share },
        form,
      );
      make("i", { className: "i i-link" }, share);
      share.onclick = function () {
        var u = new URL(location.href);
        u.hash = "";
        u.search = "?q=" + encodeURIComponent(input.value);
        navigator.clipboard &&
          navigator.clipboard.writeText(u.href).then(function () {
            share.firstChild.className = "i i-check";
          });
      };
    }
    var close = make("button", { type: "button", className: "ib", "aria-label": say.close }, form);
    make("i", { className: "i i-close" }, close);
    close.onclick = function () {
      dialog.close();
    };
    status = make("p", { role: "status" }, dialog);
    list = make("ol", {}, dialog);
    form.onsubmit = function (e) {
      e.preventDefault();
      var a = list.querySelector("a");
      if (a) a.click();
    };
    input.addEventListener("input", show);
    dialog.addEventListener("keydown", function (e) {
      if (e.isComposing || e.keyCode === 229) {
        if (e.key === "Enter") e.preventDefault();
        return;
      }
      if (ghost && e.key === "ArrowRight" && ghost.textContent && input.selectionStart === input.value.length) {
        input.value = ghost.textContent;
        e.preventDefault();
        return show();
      }
      var step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
      if (step) {
        var links = Array.from(list.querySelectorAll("a")),
          i = links.indexOf(document.activeElement) + step;
        e.preventDefault();
        if (i < 0) input.focus();
        else if (links[i]) links[i].focus();
      } else if (
        document.activeElement !== input &&
        e.key.length === 1 &&
        !e.ctrlKey &&
        !e.metaKey &&
        !e.altKey &&
        document.activeElement.tagName === "A"
      )
        input.focus();
    });
    dialog.addEventListener("click", function (e) {
      if (e.target === dialog || e.target.closest("li a")) dialog.close();
    });
  }
  c.open = function (query) {
    if (!dialog) build();
    if (query) input.value = query;
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
    load();
    show();
  };
})(window.lintel);
