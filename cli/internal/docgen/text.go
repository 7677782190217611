package main

import (
	"fmt"
	"regexp"
	"strings"
)

// sections are the parts of a Markdown page by their heading of the second
// level; the text before the first one is "".
func sections(page string) map[string]string {
	out, name := map[string]string{}, ""
	for line := range strings.Lines(page) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			name = strings.TrimSpace(heading)
			continue
		}
		if !strings.HasPrefix(line, "# ") {
			out[name] += line
		}
	}
	return out
}

// flagsHead begins the table of a command's flags.
const flagsHead = "| Flag | Meaning |\n"

// cut takes the table of flags out of a section, as a list of options.
func cut(section string) (text, options string) {
	before, after, found := strings.Cut(section, flagsHead)
	if !found {
		return section, ""
	}
	rows, rest, _ := strings.Cut(after, "\n\n")
	return before + rest, manText(flagsHead + rows + "\n")
}

// examples takes the block of code off the end of a section.
func examples(section string) (text, block string) {
	section = strings.TrimSpace(section)
	before, inside := strings.CutSuffix(section, "\n```")
	i := strings.LastIndex(before, "\n```\n")
	if !inside || i < 0 {
		return section, ""
	}
	return section[:i], section[i+1:]
}

var (
	internalLink = regexp.MustCompile(`\[([^\]]+)\]\((?:[a-z-]+\.md)?(?:#[a-z-]+)?\)`)
	webLink      = regexp.MustCompile(`\[([^\]]+)\]\((https://[^)]+)\)`)
	argument     = regexp.MustCompile("^`(--[a-z-]+)` ([A-Z=]+)$")
)

// manText turns tables into lists, since a table of sentences is wider than a
// terminal, and links into words.
func manText(text string) string {
	var p strings.Builder
	table, code := false, false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			code = !code
		} else if code {
			line = "    " + line
		}
		if !strings.HasPrefix(line, "|") {
			table = false
			p.WriteString(line)
			continue
		}
		if !table || strings.HasPrefix(line, "|---") {
			table = true // the head of the table says nothing here
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		term := strings.TrimSpace(cells[0])
		if m := argument.FindStringSubmatch(term); m != nil {
			term = "**" + m[1] + "** *" + m[2] + "*"
		}
		fmt.Fprintf(&p, "%s\n: %s\n\n", term, strings.TrimSpace(strings.Join(cells[1:], " | ")))
	}
	out := internalLink.ReplaceAllString(p.String(), "$1")
	return webLink.ReplaceAllString(out, "$1 <$2>")
}
