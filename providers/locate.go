package providers

import (
	"strconv"
	"strings"
)

// mark is a key or table header of a TOML text and its place, for error
// messages and for editing a file without losing its comments.
type mark struct {
	path string
	// line and last are the first and last line, counted from 1.
	line, last int
	header     bool
}

// scanner walks over TOML text that already parsed without errors.
type scanner struct {
	marks  []mark
	table  string
	counts map[string]int
	value  valueScan
}

// locate lists the keys and headers of a TOML text. Keys inside inline tables
// are found under the key that holds them.
func locate(text string) []mark {
	s := scanner{counts: map[string]int{}}
	for i, line := range strings.Split(text, "\n") {
		s.line(i+1, line)
	}
	return s.marks
}

func (s *scanner) line(n int, line string) {
	if s.value.open() {
		s.value.feed(line)
		s.marks[len(s.marks)-1].last = n
		return
	}
	t := strings.TrimSpace(line)
	switch {
	case t == "" || t[0] == '#':
	case strings.HasPrefix(t, "[["):
		parts, _ := splitKey(t[2:])
		base := s.resolve(parts)
		s.table = base + "[" + strconv.Itoa(s.counts[base]) + "]"
		s.counts[base]++
		s.marks = append(s.marks, mark{s.table, n, n, true})
	case t[0] == '[':
		parts, _ := splitKey(t[1:])
		s.table = s.resolve(parts)
		s.marks = append(s.marks, mark{s.table, n, n, true})
	default:
		parts, rest := splitKey(t)
		path := s.table
		for _, p := range parts {
			path = joinKey(path, p)
		}
		s.marks = append(s.marks, mark{path, n, n, false})
		if _, v, ok := strings.Cut(rest, "="); ok {
			s.value.feed(v)
		}
	}
}

// resolve turns header parts into a path; a part that names a list of tables
// means its last element.
func (s *scanner) resolve(parts []string) string {
	path := ""
	for i, p := range parts {
		path = joinKey(path, p)
		if n := s.counts[path]; n > 0 && i < len(parts)-1 {
			path += "[" + strconv.Itoa(n-1) + "]"
		}
	}
	return path
}

// valueScan follows a value over several lines.
type valueScan struct {
	depth int
	quote string
}

func (v *valueScan) open() bool { return v.depth > 0 || v.quote != "" }

func (v *valueScan) feed(line string) {
	for i := 0; i < len(line); {
		if v.quote != "" {
			i += v.inString(line[i:])
			continue
		}
		rest := line[i:]
		switch {
		case rest[0] == '#':
			return
		case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, `'''`):
			v.quote = rest[:3]
		case rest[0] == '"', rest[0] == '\'':
			v.quote = rest[:1]
		case rest[0] == '[', rest[0] == '{':
			v.depth++
		case rest[0] == ']', rest[0] == '}':
			v.depth--
		}
		i += max(1, len(v.quote))
	}
	if len(v.quote) == 1 { // a plain string ends with its line
		v.quote = ""
	}
}

func (v *valueScan) inString(rest string) int {
	switch {
	case rest[0] == '\\' && v.quote[0] == '"':
		return 2
	case strings.HasPrefix(rest, v.quote):
		n := len(v.quote)
		// Up to two quotes may come before the closing three.
		for n >= 3 && n < len(rest) && rest[n] == v.quote[0] {
			n++
		}
		v.quote = ""
		return n
	}
	return 1
}

// splitKey reads a dotted key and returns its parts and what follows.
func splitKey(s string) (parts []string, rest string) {
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" {
			return parts, ""
		}
		end := 0
		if q := s[0]; q == '"' || q == '\'' {
			var text string
			text, end = quotedKey(s)
			parts = append(parts, text)
		} else {
			for end < len(s) && bareKey(s[end:end+1]) {
				end++
			}
			if end == 0 {
				return parts, s
			}
			parts = append(parts, s[:end])
		}
		s = strings.TrimLeft(s[end:], " \t")
		if s == "" || s[0] != '.' {
			return parts, s
		}
		s = s[1:]
	}
}

// quotedKey reads a key in quotes and returns where it ends.
func quotedKey(s string) (text string, end int) {
	q := s[0]
	for end = 1; end < len(s) && s[end] != q; end++ {
		if q == '"' && s[end] == '\\' {
			end++
		}
	}
	end = min(end+1, len(s))
	if u, err := strconv.Unquote(s[:end]); q == '"' && err == nil {
		return u, end
	}
	return strings.Trim(s[:end], string(q)), end
}

func bareKey(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return s != ""
}

func joinKey(path, key string) string {
	if !bareKey(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// lineOf finds the line of a key, or of the nearest key that holds it.
func lineOf(marks []mark, path string) int {
	for {
		for _, m := range marks {
			if m.path == path {
				return m.line
			}
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return 0
		}
		path = path[:cut]
	}
}
