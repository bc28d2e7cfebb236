package site

// DriftConfig is `drift:` of lintel.yml.
type DriftConfig struct {
	// Budget is in how many changes of code one may get a warning that a document
	// is likely to need a change; 0: none ever. Nil where nothing is said.
	Budget *int
}

var driftKeys = [...]string{"budget"}

func (d *configDecoder) drift(v *value) {
	m := d.mapping("drift", v)
	if m == nil {
		return
	}
	for _, mem := range m.members {
		switch mem.key {
		case "budget":
			n, ok := mem.val.v.(int)
			if !ok || n < 0 {
				d.wrongType("drift: budget", "a number of changes, 0 for no warning", mem.val, "")
				continue
			}
			d.cfg.Drift.Budget = &n
		default:
			d.unknown(mem, driftKeys[:], "key of drift")
		}
	}
}
