package render

// keyName returns what is written on a key, or "" when there is no such key.
func keyName(key string) string {
	if len(key) == 1 {
		switch b := key[0]; {
		case isDigit(b):
			return key
		case b >= 'a' && b <= 'z':
			return string(rune(b - 'a' + 'A'))
		}
		return ""
	}
	switch key {
	case "space":
		return "Space"
	case "backslash":
		return "\\"
	case "bar":
		return "|"
	case "brace-left":
		return "{"
	case "brace-right":
		return "}"
	case "bracket-left":
		return "["
	case "bracket-right":
		return "]"
	case "colon":
		return ":"
	case "comma":
		return ","
	case "double-quote":
		return "\""
	case "equal":
		return "="
	case "exclam":
		return "!"
	case "grave":
		return "`"
	case "greater":
		return ">"
	case "less":
		return "<"
	case "minus":
		return "-"
	case "period":
		return "."
	case "plus":
		return "+"
	case "question":
		return "?"
	case "semicolon":
		return ";"
	case "single-quote":
		return "'"
	case "slash":
		return "/"
	case "tilde":
		return "~"
	case "underscore":
		return "_"
	case "arrow-up":
		return "Up"
	case "arrow-down":
		return "Down"
	case "arrow-left":
		return "Left"
	case "arrow-right":
		return "Right"
	case "page-up":
		return "Page Up"
	case "page-down":
		return "Page Down"
	case "home":
		return "Home"
	case "end":
		return "End"
	case "backspace":
		return "Backspace"
	case "delete":
		return "Del"
	case "insert":
		return "Ins"
	case "tab":
		return "Tab"
	case "break":
		return "Break"
	case "caps-lock":
		return "Caps Lock"
	case "clear":
		return "Clear"
	case "eject":
		return "Eject"
	case "enter":
		return "Enter"
	case "escape":
		return "Esc"
	case "help":
		return "Help"
	case "print-screen":
		return "Print Screen"
	case "scroll-lock":
		return "Scroll Lock"
	case "num0":
		return "Num 0"
	case "num1":
		return "Num 1"
	case "num2":
		return "Num 2"
	case "num3":
		return "Num 3"
	case "num4":
		return "Num 4"
	case "num5":
		return "Num 5"
	case "num6":
		return "Num 6"
	case "num7":
		return "Num 7"
	case "num8":
		return "Num 8"
	case "num9":
		return "Num 9"
	case "num-asterisk":
		return "Num *"
	case "num-clear":
		return "Num Clear"
	case "num-delete":
		return "Num Del"
	case "num-equal":
		return "Num ="
	case "num-lock":
		return "Num Lock"
	case "num-minus":
		return "Num -"
	case "num-plus":
		return "Num +"
	case "num-separator":
		return "Num ."
	case "num-slash":
		return "Num /"
	case "num-enter":
		return "Num Enter"
	case "alt":
		return "Alt"
	case "alt-graph":
		return "AltGr"
	case "command":
		return "Cmd"
	case "control":
		return "Ctrl"
	case "function":
		return "Fn"
	case "left-alt":
		return "Left Alt"
	case "left-command":
		return "Left Command"
	case "left-control":
		return "Left Ctrl"
	case "left-meta":
		return "Left Meta"
	case "left-option":
		return "Left Option"
	case "left-shift":
		return "Left Shift"
	case "left-super":
		return "Left Super"
	case "left-windows":
		return "Left Win"
	case "meta":
		return "Meta"
	case "option":
		return "Option"
	case "right-alt":
		return "Right Alt"
	case "right-command":
		return "Right Command"
	case "right-control":
		return "Right Ctrl"
	case "right-meta":
		return "Right Meta"
	case "right-option":
		return "Right Option"
	case "right-shift":
		return "Right Shift"
	case "right-super":
		return "Right Super"
	case "right-windows":
		return "Right Win"
	case "shift":
		return "Shift"
	case "super":
		return "Super"
	case "windows":
		return "Win"
	case "f1":
		return "F1"
	case "f2":
		return "F2"
	case "f3":
		return "F3"
	case "f4":
		return "F4"
	case "f5":
		return "F5"
	case "f6":
		return "F6"
	case "f7":
		return "F7"
	case "f8":
		return "F8"
	case "f9":
		return "F9"
	case "f10":
		return "F10"
	case "f11":
		return "F11"
	case "f12":
		return "F12"
	case "f13":
		return "F13"
	case "f14":
		return "F14"
	case "f15":
		return "F15"
	case "f16":
		return "F16"
	case "f17":
		return "F17"
	case "f18":
		return "F18"
	case "f19":
		return "F19"
	case "f20":
		return "F20"
	case "f21":
		return "F21"
	case "f22":
		return "F22"
	case "f23":
		return "F23"
	case "f24":
		return "F24"
	case "backtab":
		return "Back Tab"
	case "browser-back":
		return "Browser Back"
	case "browser-favorites":
		return "Browser Favorites"
	case "browser-forward":
		return "Browser Forward"
	case "browser-home":
		return "Browser Home"
	case "browser-refresh":
		return "Browser Refresh"
	case "browser-search":
		return "Browser Search"
	case "browser-stop":
		return "Browser Stop"
	case "context-menu":
		return "Menu"
	case "copy":
		return "Copy"
	case "mail":
		return "Mail"
	case "media":
		return "Media"
	case "media-next-track":
		return "Next Track"
	case "media-pause":
		return "Pause"
	case "media-play":
		return "Play"
	case "media-play-pause":
		return "Play/Pause"
	case "media-prev-track":
		return "Previous Track"
	case "media-stop":
		return "Stop"
	case "print":
		return "Print"
	case "reset":
		return "Reset"
	case "select":
		return "Select"
	case "sleep":
		return "Sleep"
	case "volume-down":
		return "Volume Down"
	case "volume-mute":
		return "Mute"
	case "volume-up":
		return "Volume Up"
	case "zoom":
		return "Zoom"
	case "power":
		return "Power"
	case "fingerprint":
		return "Fingerprint"
	case "left-button":
		return "Left Button"
	case "middle-button":
		return "Middle Button"
	case "right-button":
		return "Right Button"
	case "x-button1":
		return "X Button 1"
	case "x-button2":
		return "X Button 2"
	}
	return ""
}

// keyAlias returns the key that another name of it means, or "" when the name
// is no alias.
func keyAlias(name string) string {
	switch name {
	case "add":
		return "num-plus"
	case "altgr":
		return "alt-graph"
	case "apps", "menu":
		return "context-menu"
	case "back", "bksp":
		return "backspace"
	case "bktab":
		return "backtab"
	case "cancel":
		return "break"
	case "capital", "cplk":
		return "caps-lock"
	case "close-brace":
		return "brace-right"
	case "close-bracket":
		return "bracket-right"
	case "clr":
		return "clear"
	case "cmd":
		return "command"
	case "ctrl":
		return "control"
	case "dblquote":
		return "double-quote"
	case "decimal", "separator":
		return "num-separator"
	case "del":
		return "delete"
	case "divide":
		return "num-slash"
	case "down":
		return "arrow-down"
	case "esc":
		return "escape"
	case "return":
		return "enter"
	case "exclamation":
		return "exclam"
	case "favorites":
		return "browser-favorites"
	case "fn":
		return "function"
	case "forward":
		return "browser-forward"
	case "grave-accent":
		return "grave"
	case "greater-than", "gt":
		return "greater"
	case "hyphen":
		return "minus"
	case "ins":
		return "insert"
	case "lalt":
		return "left-alt"
	case "launch-mail":
		return "mail"
	case "launch-media":
		return "media"
	case "lbutton":
		return "left-button"
	case "lcmd", "lcommand", "left-cmd":
		return "left-command"
	case "lcontrol", "lctrl", "left-ctrl":
		return "left-control"
	case "left":
		return "arrow-left"
	case "lopt", "loption", "left-opt":
		return "left-option"
	case "left-win", "lwin", "lwindows":
		return "left-windows"
	case "less-than", "lt":
		return "less"
	case "lmeta":
		return "left-meta"
	case "lshift":
		return "left-shift"
	case "lsuper":
		return "left-super"
	case "mbutton":
		return "middle-button"
	case "multiply":
		return "num-asterisk"
	case "mute", "vol-mute":
		return "volume-mute"
	case "next", "page-dn", "pg-dn":
		return "page-down"
	case "next-track":
		return "media-next-track"
	case "num-del":
		return "num-delete"
	case "numlk":
		return "num-lock"
	case "open-brace":
		return "brace-left"
	case "open-bracket":
		return "bracket-left"
	case "opt":
		return "option"
	case "page-up", "pg-up", "prior":
		return "page-up"
	case "pause":
		return "media-pause"
	case "pipe":
		return "bar"
	case "play":
		return "media-play"
	case "play-pause":
		return "media-play-pause"
	case "prev-track":
		return "media-prev-track"
	case "prtsc":
		return "print-screen"
	case "question-mark":
		return "question"
	case "ralt":
		return "right-alt"
	case "rbutton":
		return "right-button"
	case "rcontrol", "rctrl", "right-ctrl":
		return "right-control"
	case "rcmd", "rcommand", "right-cmd":
		return "right-command"
	case "refresh":
		return "browser-refresh"
	case "right":
		return "arrow-right"
	case "right-meta", "rmeta":
		return "right-meta"
	case "right-opt", "ropt", "roption":
		return "right-option"
	case "right-win", "rwin", "rwindows":
		return "right-windows"
	case "rshift":
		return "right-shift"
	case "rsuper":
		return "right-super"
	case "scroll":
		return "scroll-lock"
	case "search":
		return "browser-search"
	case "spc":
		return "space"
	case "stop":
		return "media-stop"
	case "subtract":
		return "num-minus"
	case "tabulator":
		return "tab"
	case "up":
		return "arrow-up"
	case "vol-down":
		return "volume-down"
	case "vol-up":
		return "volume-up"
	case "win":
		return "windows"
	case "xbutton1":
		return "x-button1"
	case "xbutton2":
		return "x-button2"
	}
	return ""
}
