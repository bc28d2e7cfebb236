// Keeps one stream of events for all tabs of a browser: browsers allow six
// connections to a host, and a preview may be open in twenty tabs. Where there
// are no shared workers, each tab runs this by itself.
(function (scope) {
  "use strict";
  var ports = [],
    source = null,
    token = "",
    page = "",
    last = null, // what was told last
    lost = false,
    timer;

  function tell(m) {
    ports.forEach(function (p) {
      p.postMessage(m);
    });
  }
  function heard(e) {
    var u = JSON.parse(e.data);
    lost = false;
    clearTimeout(timer);
    last = { run: u.run, version: u.version, failure: u.failure, token: token };
    tell({ kind: e.type, update: u, token: token });
  }
  function connect() {
    source = new EventSource("/_lintel/events?token=" + encodeURIComponent(token));
    source.addEventListener("state", heard);
    source.addEventListener("update", heard);
    source.onerror = function () {
      if (!lost) {
        lost = true;
        // A server that only starts again is back before anyone needs to know.
        timer = setTimeout(tell, 3000, { kind: "lost" });
      }
      // A refused stream is not tried again by the browser: the server was
      // started anew, and its pages hold another token.
      if (source.readyState === 2) setTimeout(renew, 700);
    };
  }
  function renew() {
    source.close();
    fetch(page, { cache: "no-store" })
      .then(function (r) {
        return r.text();
      })
      .then(function (html) {
        var m = /<meta name="lintel-preview" content="([^"]+)"/.exec(html);
        if (m) token = m[1];
        connect();
      })
      .catch(function () {
        setTimeout(renew, 1000);
      });
  }
  scope.lintelJoin = function (port) {
    port.onmessage = function (e) {
      var m = e.data;
      if (m.bye) {
        ports = ports.filter(function (p) {
          return p !== port;
        });
        return;
      }
      if (ports.indexOf(port) < 0) ports.push(port);
      page = m.page;
      if (!source) {
        token = m.token;
        connect();
      } else if (last) {
        port.postMessage({ kind: "state", update: last, token: token });
      }
      if (lost) port.postMessage({ kind: "lost" });
    };
  };
  scope.onconnect = function (e) {
    scope.lintelJoin(e.ports[0]);
  };
})(self);
