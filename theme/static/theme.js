// Runs before the first paint: chooses the colours, so that nothing flashes.
// window.lintel, set above, holds the site's palettes, features and strings.
(function (c, root) {
  var dark = matchMedia("(prefers-color-scheme: dark)"),
    store;
  try {
    store = localStorage;
  } catch (e) {}
  // Sites on one host keep their choices apart.
  var scope = "lintel " + new URL(root.dataset.base, location.href).pathname + " ";
  c.get = function (k) {
    try {
      return store.getItem(scope + k);
    } catch (e) {
      return null;
    }
  };
  c.set = function (k, v) {
    try {
      store.setItem(scope + k, v);
    } catch (e) {}
  };
  c.has = function (f) {
    return c.features.indexOf(f) >= 0;
  };
  c.apply = function () {
    var list = c.palettes,
      i = +c.get("palette"),
      saved = c.get("palette") !== null && list[i],
      e,
      f;
    if (!saved) {
      i = 0;
      list.some(function (p, n) {
        if (p.m && matchMedia(p.m).matches) {
          i = n;
          return true;
        }
      });
    }
    e = f = list[i];
    if (e.d === "auto") {
      f =
        list.filter(function (p) {
          return p.d === (dark.matches ? "dark" : "light");
        })[0] || e;
      root.removeAttribute("data-scheme");
    } else {
      root.setAttribute("data-scheme", e.d);
    }
    root.setAttribute("data-md-color-scheme", f.s);
    root.setAttribute("data-md-color-primary", f.p || "");
    root.setAttribute("data-md-color-accent", f.a || "");
    c.palette = i;
  };
  c.apply();
  dark.addEventListener("change", function () {
    c.apply();
    if (c.toggled) c.toggled();
  });
  root.classList.add("js");
  // Scripts written for Material wait for its observable of the document.
  window.document$ = {
    subscribe: function (f) {
      if (document.readyState === "loading")
        addEventListener("DOMContentLoaded", function () {
          f(document);
        });
      else f(document);
    },
  };
})(window.lintel, document.documentElement);
