package drift

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// noEdit is what a form writes for a value that is untrue and for which there is
// no new text: a schedule of once a day that became one of every six hours.
const noEdit = "\x00"

// cron is a schedule of five fields, as far as documents say it in words.
type cron struct {
	minute, hour    int // -1: any
	everyM, everyH  int // every so many minutes, hours; 0: not
	weekday, monday int // 0 is Sunday; -1: any. monday is the day of the month
	ok              bool
}

var cronNames = map[string]string{
	"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func readCron(text string) cron {
	if t, ok := cronNames[text]; ok {
		text = t
	}
	f := strings.Fields(text)
	c := cron{-1, -1, 0, 0, -1, -1, false}
	if len(f) != 5 || f[3] != "*" {
		return c
	}
	number := func(s string, most int) (int, bool) {
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= 0 && n <= most
	}
	every := func(s string) (int, bool) {
		rest, ok := strings.CutPrefix(s, "*/")
		if !ok {
			rest, ok = strings.CutPrefix(s, "0/")
		}
		n, err := strconv.Atoi(rest)
		return n, ok && err == nil && n > 1
	}
	c.ok = true
	if n, ok := number(f[0], 59); ok {
		c.minute = n
	} else if n, ok := every(f[0]); ok {
		c.everyM = n
	} else if f[0] != "*" {
		c.ok = false
	}
	if n, ok := number(f[1], 23); ok {
		c.hour = n
	} else if n, ok := every(f[1]); ok {
		c.everyH = n
	} else if f[1] != "*" {
		c.ok = false
	}
	if n, ok := number(f[2], 31); ok && n > 0 {
		c.monday = n
	} else if f[2] != "*" && f[2] != "?" {
		c.ok = false
	}
	if n, ok := number(f[4], 7); ok {
		c.weekday = n % 7
	} else if n := slices.Index(dayNames, strings.ToLower(f[4])); n >= 0 {
		c.weekday = n
	} else if f[4] != "*" && f[4] != "?" {
		c.ok = false
	}
	return c
}

// clocked reports whether the schedule has a time of the day.
func (c cron) clocked() bool { return c.ok && c.minute >= 0 && c.hour >= 0 }

// zones are the names of time zones that documents use, in minutes east of UTC.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "KST": 540, "JST": 540, "한국 시간": 540, "서울": 540, "Seoul": 540, "Asia/Seoul": 540, "Asia/Tokyo": 540, "SGT": 480, "Asia/Singapore": 480, "IST": 330,
	"CET": 60, "CEST": 120, "BST": 60, "EST": -300, "EDT": -240, "CST": -360, "PST": -480, "PDT": -420, "Europe/Berlin": 60, "Europe/London": 0,
}

const zonePattern = `(UTC|GMT|KST|JST|SGT|IST|CEST|CET|BST|EST|EDT|CST|PST|PDT|한국 시간)`

var (
	zoneRE = regexp.MustCompile(`(?:^|[^A-Za-z])` + zonePattern + `(?:[^A-Za-z]|$)`)
	// codeZoneRE finds the zone that a file gives its schedules.
	codeZoneRE = regexp.MustCompile(`(?i)(?:time_?zone|tz)["']?[ \t]*[=:(][ \t]*(?:pendulum\.timezone\()?["']?([A-Za-z]+/[A-Za-z_]+|UTC|KST)`)
	clockRE    = regexp.MustCompile(`(?:^|[^\d:.\w-])((\d{1,2}):([0-5]\d)([ ]?[AaPp]\.?[Mm]\.?)?)(?:[ ]?\(?` + zonePattern + `|[^\d:]|$)`)
	koClockRE  = regexp.MustCompile(`((오전|오후|새벽|아침|저녁|밤)?[ ]?(\d{1,2})시(?:[ ]?(\d{1,2})분|[ ]?(반))?)(?:[^간\d]|$)`)
	hourlyRE   = regexp.MustCompile(`(?i)(?:매시(?:간)?[ ]*|minute[ ]+|every hour at[ ]+(?:minute[ ]+|:)?|hourly at[ ]+:?|past[ ]+)(\d{1,2})(?:[^\d:]|$)|(?:^|[^\w])(\d{1,2})[ ]+minutes past`)
	// namedDayRE finds days of the week.
	namedDayRE = regexp.MustCompile(`(?i)(?:^|[^\p{L}])((sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(days?)|(일|월|화|수|목|금|토)요일)`)
)

// scheduleForms returns the ways in which documents say a schedule.
func scheduleForms(old, now string, offset int) []form {
	o, n := readCron(old), readCron(now)
	if !o.ok {
		return nil
	}
	var out []form
	if o.clocked() {
		say := func(minutes int) int { return ((minutes % 1440) + 1440) % 1440 }
		at := func(c cron, shift int) int { return say(c.hour*60 + c.minute - offset + shift) }
		// shifts are the zones in which the line may speak.
		shifts := func(zone, line string) []int {
			if zone == "" {
				if m := zoneRE.FindStringSubmatch(line); m != nil {
					zone = m[1]
				}
			}
			if z, ok := zones[zone]; ok && zone != "" {
				return []int{z}
			}
			return []int{offset, 540, 0}
		}
		out = append(out, form{re: clockRE, strong: true, telling: true, literal: ":", write: func(g []string, line string) string {
			h, _ := strconv.Atoi(g[2])
			m, _ := strconv.Atoi(g[3])
			half := strings.ToLower(strings.TrimSpace(g[4]))
			if half != "" {
				h = clock24(h, strings.HasPrefix(half, "p"))
			}
			for _, shift := range shifts(g[5], line) {
				if at(o, shift) != h*60+m {
					continue
				}
				if !n.clocked() {
					return noEdit
				}
				t := at(n, shift)
				nh := t / 60
				if half != "" {
					pm := nh >= 12
					nh = (nh+11)%12 + 1
					half = g[4]
					if pm {
						half = strings.NewReplacer("A", "P", "a", "p").Replace(half)
					} else {
						half = strings.NewReplacer("P", "A", "p", "a").Replace(half)
					}
				}
				text := strconv.Itoa(nh)
				if len(g[2]) == 2 && len(text) == 1 && half == "" {
					text = "0" + text
				}
				return text + ":" + pad(t%60) + half
			}
			return ""
		}})
		out = append(out, form{re: koClockRE, strong: true, telling: true, literal: "시", write: func(g []string, line string) string {
			h, _ := strconv.Atoi(g[3])
			m, _ := strconv.Atoi(g[4])
			if g[5] != "" {
				m = 30
			}
			switch g[2] {
			case "오후", "저녁", "밤":
				h = clock24(h, true)
			case "오전", "새벽", "아침":
				h = clock24(h, false)
			}
			for _, shift := range shifts("", line) {
				if at(o, shift) != h*60+m {
					continue
				}
				if !n.clocked() {
					return noEdit
				}
				t := at(n, shift)
				nh, part := t/60, g[2]
				if part != "" {
					part, nh = dayPart(part, nh)
					if strings.HasPrefix(g[1], g[2]+" ") {
						part += " "
					}
				}
				text := part + strconv.Itoa(nh) + "시"
				if t%60 > 0 {
					text += " " + strconv.Itoa(t%60) + "분"
				}
				return text
			}
			return ""
		}})
	}
	if o.hour < 0 && o.everyH == 0 && o.minute >= 0 {
		out = append(out, form{re: hourlyRE, strong: true, write: func(g []string, _ string) string {
			if g[1] != strconv.Itoa(o.minute) && g[1] != pad(o.minute) {
				return ""
			}
			if n.hour >= 0 || n.everyH > 0 || n.minute < 0 {
				return noEdit
			}
			return strconv.Itoa(n.minute)
		}})
	}
	var span, next string
	switch {
	case o.everyM > 0:
		span = strconv.Itoa(o.everyM) + "m"
	case o.everyH > 0:
		span = strconv.Itoa(o.everyH) + "h"
	}
	switch {
	case n.everyM > 0:
		next = strconv.Itoa(n.everyM) + "m"
	case n.everyH > 0:
		next = strconv.Itoa(n.everyH) + "h"
	case n.ok && n.minute >= 0 && n.hour < 0:
		next = "1h"
	}
	if span != "" {
		for _, f := range spanForms("schedule", span, next) {
			f.every = true
			out = append(out, f)
		}
	}
	if o.weekday >= 0 && n.ok && n.weekday != o.weekday {
		out = append(out, form{re: namedDayRE, strong: true, telling: true, literal: "", write: func(g []string, _ string) string {
			const ko = "일월화수목금토"
			days := []string{"sun", "mon", "tues", "wednes", "thurs", "fri", "satur"}
			if g[4] != "" {
				if strings.Index(ko, g[4]) != o.weekday*len("일") {
					return ""
				}
				if n.weekday < 0 {
					return noEdit
				}
				return ko[n.weekday*len("일"):][:len("일")] + "요일"
			}
			if !strings.HasPrefix(strings.ToLower(g[2]), dayNames[o.weekday]) {
				return ""
			}
			if n.weekday < 0 {
				return noEdit
			}
			text := days[n.weekday]
			if g[2][0] < 'a' {
				text = strings.ToUpper(text[:1]) + text[1:]
			}
			return text + g[3]
		}})
	}
	return out
}

// clock24 returns the hour of 24 for one of 12.
func clock24(h int, afternoon bool) int {
	switch {
	case afternoon && h < 12:
		return h + 12
	case !afternoon && h == 12:
		return 0
	}
	return h
}

// dayPart returns the hour of 12 and the Korean word for the part of the day
// before it, of the kind of the word that stood there.
func dayPart(was string, h int) (string, int) {
	part := "오전"
	if h >= 12 {
		part = "오후"
	}
	if was == "새벽" && h < 6 || was == "아침" && h >= 6 && h < 12 || was == "저녁" && h >= 18 || was == "밤" && h >= 20 {
		part = was
	}
	return part, (h+11)%12 + 1
}

// zoneOf returns the offset of the schedules of a file, in minutes.
func zoneOf(src []byte) int {
	m := codeZoneRE.FindSubmatch(src)
	if m == nil {
		return 0
	}
	return zones[string(m[1])]
}
