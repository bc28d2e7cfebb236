// Versions of the site lie beside this one, and versions.json above them lists
// them. Choosing one keeps the page where that version has it.
(function (d) {
  "use strict";
  var pick = d.getElementById("__versions");
  if (!pick) return;
  var site = new URL(d.documentElement.dataset.base, location.href),
    beside = new URL("../", site),
    name = decodeURIComponent(site.pathname.split("/").slice(-2)[0]);
  function go() {
    var to = new URL(encodeURIComponent(pick.value) + "/", beside),
      same = new URL(location.pathname.slice(site.pathname.length), to);
    function open(there) {
      location.href = there ? same.href + location.hash : to.href;
    }
    fetch(same, { method: "HEAD" }).then(
      function (r) {
        open(r.ok);
      },
      function () {
        open(false);
      },
    );
  }
  fetch(new URL("versions.json", beside))
    .then(function (r) {
      return r.ok ? r.json() : [];
    })
    .then(function (list) {
      var mine = list.filter(function (v) {
        return v.version === name || (v.aliases || []).indexOf(name) >= 0;
      })[0];
      if (!mine) return;
      list.forEach(function (v) {
        if (v !== mine && v.properties && v.properties.hidden) return;
        var o = d.createElement("option");
        o.value = v.version;
        o.textContent = v.title;
        o.selected = v === mine;
        pick.append(o);
      });
      pick.hidden = false;
      pick.onchange = go;
    })
    .catch(function () {}); // a site by itself has no versions
})(document);
