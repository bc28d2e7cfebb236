package site

import (
	"net/url"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// ReviewConfig is `review:` of lintel.yml. A review takes it from the target
// branch: a merge request does not decide how it is reviewed.
type ReviewConfig struct {
	Language string            // of comments: "en", "ko", or "" where nothing is said
	FailOn   *finding.Severity // from which on findings fail a review
	// MaxThreads is how many threads a review may open, 0 to 5; nil: as many as
	// there are.
	MaxThreads *int
	// PreviewURL is the address of the preview of a merge request. {mr} in it
	// stands for the number.
	PreviewURL string
	// Commands are those that comments may give: apply, ignore, recheck; nil:
	// all.
	Commands []string
}

// MostThreads is the greatest value of review: max_threads.
const MostThreads = 5

var (
	reviewKeys      = [...]string{"language", "fail_on", "max_threads", "preview_url", "commands"}
	reviewLanguages = [...]string{"en", "ko"}
	reviewCommands  = [...]string{"apply", "ignore", "recheck"}
)

func (d *configDecoder) review(v *value) {
	m := d.mapping("review", v)
	if m == nil {
		return
	}
	r := &d.cfg.Review
	for _, mem := range m.members {
		switch mem.key {
		case "language":
			if s, ok := d.choice(mem.val, "review: language", reviewLanguages[:]...); ok {
				r.Language = s
			}
		case "fail_on":
			if sev, ok := d.severity("review: fail_on", mem.val, "never"); ok {
				r.FailOn = &sev
			}
		case "max_threads":
			n, ok := mem.val.v.(int)
			if !ok || n < 0 || n > MostThreads {
				d.wrongType("review: max_threads", "a number from 0 to 5", mem.val, "")
				continue
			}
			r.MaxThreads = &n
		case "preview_url":
			var s string
			if !d.text("review: preview_url", mem.val, &s) || s == "" {
				continue
			}
			if !ValidPreviewURL(s) {
				d.wrongType("review: preview_url", "an address that begins with https:// or http://", mem.val, "write it as https://docs.example.com/previews/mr-{mr}/")
				continue
			}
			r.PreviewURL = s
		case "commands":
			r.Commands = []string{}
			for _, s := range d.oneOrMore("review: commands", mem.val) {
				if !slices.Contains(reviewCommands[:], s) {
					d.wrongType("review: commands", "a list of "+strings.Join(reviewCommands[:], ", "), mem.val, "")
					continue
				}
				r.Commands = append(r.Commands, s)
			}
		default:
			d.unknown(mem, reviewKeys[:], "key of review")
		}
	}
}

// ValidPreviewURL reports whether s can be the address of previews: absolute,
// without a user, with {mr} where the number of the merge request goes.
func ValidPreviewURL(s string) bool {
	u, err := url.Parse(strings.ReplaceAll(s, "{mr}", "1"))
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
