package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// book is what all man pages share.
type book struct {
	doc  map[string]string // the sections of docs/cli.md by their heading
	date time.Time
}

// write writes the page of cmd and those of its commands.
func (b book) write(cmd *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, c := range commands(cmd) {
		if err := b.write(c, dir); err != nil {
			return err
		}
	}
	page := md2man.Render([]byte(b.page(cmd)))
	return os.WriteFile(filepath.Join(dir, dashed(cmd)+".1"), page, 0o600)
}

// commands are those of cmd that a person calls.
func commands(cmd *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			out = append(out, c)
		}
	}
	return out
}

func dashed(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// page is a man page in Markdown, its sections in the order of man-pages(7).
func (b book) page(cmd *cobra.Command) string {
	var p strings.Builder
	fmt.Fprintf(&p, "%% %q %q %q %q %q\n", strings.ToUpper(dashed(cmd)), "1", b.date.Format(time.DateOnly), "Claviger", "Claviger")
	section := func(name, text string) {
		if text = strings.TrimSpace(text); text != "" {
			fmt.Fprintf(&p, "# %s\n\n%s\n\n", name, text)
		}
	}
	section("NAME", dashed(cmd)+` \- `+cmd.Short)
	section("SYNOPSIS", synopsis(cmd))
	text, options := cut(b.doc[useLine(cmd)])
	if !cmd.HasParent() {
		_, intro, _ := strings.Cut(strings.TrimSpace(b.doc[""]), "\n\n") // without whom the page is for
		text = cmd.Long + "\n\n" + intro
	}
	if strings.TrimSpace(text) == "" {
		text, options = cmp.Or(cmd.Long, cmd.Short+"."), flags(cmd)
	}
	section("DESCRIPTION", manText(text))
	section("COMMANDS", list(cmd))
	section("OPTIONS", options+"**--verbose**, **-v**\n: show more on standard error; secrets are left out\n\n**--help**, **-h**\n: show help\n")
	if !cmd.HasParent() {
		section("NAMING ACCOUNTS", manText(b.doc["Naming an account"]))
		section("ENVIRONMENT", manText(b.doc["Environment"]))
		section("FILES", manText(b.doc["Files"]))
	}
	if cmd.Runnable() {
		section("EXIT STATUS", manText(b.doc["Exit codes"]))
	}
	if cmd.Example != "" {
		section("EXAMPLES", manText("```\n"+strings.ReplaceAll(cmd.Example, "\n  ", "\n")[2:]+"\n```"))
	}
	section("SEE ALSO", seeAlso(cmd))
	return p.String()
}

// useLine is the heading of cmd in docs/cli.md.
func useLine(cmd *cobra.Command) string { return strings.TrimSuffix(cmd.UseLine(), " [flags]") }

func synopsis(cmd *cobra.Command) string {
	if !cmd.HasSubCommands() {
		return "**" + cmd.CommandPath() + "** [*OPTION*]..." + strings.TrimPrefix(useLine(cmd), cmd.CommandPath())
	}
	if cmd.HasParent() {
		return "**" + cmd.CommandPath() + "** *COMMAND* [*ARGUMENT*]..."
	}
	return "**" + cmd.Name() + "**\n\n**" + cmd.Name() + "** *COMMAND* [*ARGUMENT*]..."
}

// flags are the options of a command that docs/cli.md has under another name.
func flags(cmd *cobra.Command) string {
	var p strings.Builder
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			fmt.Fprintf(&p, "**--%s**\n: %s\n\n", f.Name, f.Usage)
		}
	})
	return p.String()
}

// list names the commands of cmd, those of groups too.
func list(cmd *cobra.Command) string {
	var p strings.Builder
	for _, c := range commands(cmd) {
		if c.HasSubCommands() {
			p.WriteString(list(c))
			continue
		}
		fmt.Fprintf(&p, "**%s**(1)\n: %s\n\n", dashed(c), c.Short)
	}
	return p.String()
}

func seeAlso(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return "**age**(1), **curl**(1)"
	}
	names := []string{"**" + dashed(cmd.Parent()) + "**(1)"}
	for _, c := range commands(cmd.Parent()) {
		if c != cmd && cmd.Parent().HasParent() {
			names = append(names, "**"+dashed(c)+"**(1)")
		}
	}
	return strings.Join(names, ", ")
}

// sections are the parts of a Markdown page by their heading of the second
// level; what stands before the first one is "".
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

// cut takes the table of flags out of a section, as a list of options.
func cut(section string) (text, options string) {
	before, table, found := strings.Cut(section, "| Flag | Meaning |\n")
	if !found {
		return section, ""
	}
	rest := strings.TrimLeft(table, "|-\n")
	if i := strings.Index(table, "\n\n"); i >= 0 {
		table, rest = table[:i+1], table[i:]
	} else {
		rest = ""
	}
	return before + rest, manText("| Flag | Meaning |\n" + table)
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
