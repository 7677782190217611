// Package placeholder fills the {blanks} of a text.
package placeholder

import (
	"strings"
)

// Names lists the {names} of an address, without their ":quoted".
func Names(s string) []string {
	var out []string
	Each(s, func(name string, _ int) string {
		n, _, _ := strings.Cut(name, ":")
		out = append(out, n)
		return ""
	})
	return out
}

// Each replaces every {name} with what f returns for it; at is its index in s.
func Each(s string, f func(name string, at int) string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		start := strings.IndexByte(s[i:], '{')
		if start < 0 {
			b.WriteString(s[i:])
			break
		}
		start += i
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			b.WriteString(s[i:])
			break
		}
		end += start
		b.WriteString(s[i:start])
		b.WriteString(f(s[start+1:end], start))
		i = end + 1
	}
	return b.String()
}

// HostEnd is the index at which the host of an address ends; no claim may come
// before it.
func HostEnd(address string) int {
	at := strings.Index(address, "://")
	if at < 0 {
		return len(address)
	}
	end := strings.IndexAny(address[at+3:], "/?#")
	if end < 0 {
		return len(address)
	}
	return at + 3 + end
}
