package render

// The values of extension options, as YAML gave them, read with the leniency
// of Python: a number is a truth value and a truth value is a number.

// optBool returns an option as a truth value, or def when it is not set.
func optBool(cfg map[string]any, key string, def bool) bool {
	switch v := cfg[key].(type) {
	case bool:
		return v
	case int:
		return v != 0
	case float64:
		return v != 0
	case string:
		switch v {
		case "", "false", "False", "no", "off", "n", "0", "none", "None":
			return false
		}
		return true
	case nil:
		if _, set := cfg[key]; set {
			return false
		}
	}
	return def
}

// optString returns an option as text, or def when it is not set or no text.
func optString(cfg map[string]any, key, def string) string {
	switch v := cfg[key].(type) {
	case string:
		return v
	case PyName:
		return string(v)
	}
	return def
}

// optInt returns an option as a number, or def when it is not set or no number.
func optInt(cfg map[string]any, key string, def int) int {
	switch v := cfg[key].(type) {
	case int:
		return v
	case float64:
		return int(v)
	case bool:
		if v {
			return 1
		}
		return 0
	}
	return def
}

// optStrings returns an option that is a list of texts, or one text, as a
// list; nil when it is not set.
func optStrings(cfg map[string]any, key string) []string {
	switch v := cfg[key].(type) {
	case string:
		return []string{v}
	case []any:
		list := make([]string, 0, len(v))
		for _, x := range v {
			if s, ok := x.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}
