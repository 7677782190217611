package providers

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// setKey sets one text value in TOML text and leaves the rest as it is.
// prefix is the table that key is relative to.
func setKey(text, prefix, key, value string) string {
	full := key
	if prefix != "" {
		full = prefix + "." + key
	}
	marks := locate(text)
	lines := strings.Split(text, "\n")
	quoted := tomlString(value)
	if i := slices.IndexFunc(marks, func(m mark) bool { return m.path == full && !m.header }); i >= 0 {
		m := marks[i]
		name, _, _ := strings.Cut(lines[m.line-1], "=")
		lines = slices.Replace(lines, m.line-1, m.last, strings.TrimRight(name, " \t")+" = "+quoted)
		return strings.Join(lines, "\n")
	}
	cut := strings.LastIndexByte(full, '.')
	table, name := full[:cut], full[cut+1:]
	if i := slices.IndexFunc(marks, func(m mark) bool { return m.path == table && m.header }); i >= 0 {
		return strings.Join(slices.Insert(lines, marks[i].line, name+" = "+quoted), "\n")
	}
	header := table
	if prefix != "" {
		header = "provider" + strings.TrimPrefix(table, prefix)
	}
	block := []string{"", "[" + header + "]", name + " = " + quoted}
	end := len(lines)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	if prefix != "" {
		end = regionEnd(marks, prefix, end)
	}
	return strings.Join(slices.Insert(lines, end, block...), "\n")
}

// regionEnd is the last line of what belongs to a table of a list.
func regionEnd(marks []mark, prefix string, end int) int {
	last := 0
	for _, m := range marks {
		if m.path == prefix || strings.HasPrefix(m.path, prefix+".") {
			last = max(last, m.last)
		}
	}
	if last == 0 {
		return end
	}
	return last
}

// tomlString quotes a value as TOML does, which is not as Go does.
func tomlString(s string) string {
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(map[string]string{"v": s}); err != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSpace(strings.TrimPrefix(b.String(), "v = "))
}

// WithSecret returns the text of a provider file that says that its client has a
// secret. The secret itself never goes into a file.
func WithSecret(data []byte) ([]byte, error) {
	text := []byte(setKey(string(data), "", "client.secret", "required"))
	if _, err := Parse("the provider", text); err != nil {
		return nil, err
	}
	return text, nil
}

// WithCAFile returns the text of a provider file with a [Trust.CAFile].
func WithCAFile(data []byte, file string) ([]byte, error) {
	text := []byte(setKey(string(data), "", "trust.ca_file", file))
	if _, err := Parse("the provider", text); err != nil {
		return nil, err
	}
	return text, nil
}
