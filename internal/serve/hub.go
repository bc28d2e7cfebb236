package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// update is what browsers are told of.
type update struct {
	Run     string   `json:"run"`     // differs from one start of the server to the next
	Version int      `json:"version"` // counts what was told in this run
	All     bool     `json:"all,omitempty"`
	URLs    []string `json:"urls,omitempty"`  // absolute paths of pages whose own content changed
	Files   []string `json:"files,omitempty"` // absolute paths of other files that changed
	Title   string   `json:"title,omitempty"` // of the first of URLs
	Failure *Failure `json:"failure,omitempty"`
}

// maxTold bounds the addresses in one update; past it, it says that all changed.
const maxTold = 200

// hub hands updates to every open stream. A stream that does not keep up is cut
// off: its browser comes back and is told the state.
type hub struct {
	mu      sync.Mutex
	streams map[chan []byte]bool
}

func (h *hub) join() chan []byte {
	c := make(chan []byte, 16)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams == nil {
		h.streams = map[chan []byte]bool{}
	}
	h.streams[c] = true
	return c
}

func (h *hub) leave(c chan []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams[c] {
		delete(h.streams, c)
		close(c)
	}
}

// tell sends an event to all streams.
func (h *hub) tell(event string, u update) {
	msg := message(event, u)
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.streams {
		select {
		case c <- msg:
		default:
			delete(h.streams, c)
			close(c)
		}
	}
}

// message is an event in the text/event-stream format of
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func message(event string, u update) []byte {
	data, _ := json.Marshal(u) // strings and numbers only: cannot fail
	return fmt.Appendf(nil, "id: %s.%d\nevent: %s\ndata: %s\n\n", u.Run, u.Version, event, data)
}

const heartbeat = 20 * time.Second

// stream writes events until the browser goes away. The first tells the state.
func (h *hub) stream(w http.ResponseWriter, r *http.Request, state func() update) {
	c := h.join()
	defer h.leave(c)
	rc := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	if _, err := w.Write(append([]byte("retry: 500\n"), message("state", state())...)); err != nil {
		return
	}
	if err := rc.Flush(); err != nil {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var msg []byte
		var ok bool
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			msg = []byte(":\n\n")
		case msg, ok = <-c:
			if !ok {
				return
			}
		}
		if _, err := w.Write(msg); err != nil {
			return
		}
		if err := rc.Flush(); err != nil {
			return
		}
	}
}
