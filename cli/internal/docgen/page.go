package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
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
		_, intro, _ := strings.Cut(strings.TrimSpace(b.doc[""]), "\n\n") // without the line that says whom the page is for
		text = cmd.Long + "\n\n" + intro
	}
	if strings.TrimSpace(text) == "" {
		text, options = cmp.Or(cmd.Long, cmd.Short+"."), flags(cmd)
	}
	text, example := examples(text)
	if cmd.Example != "" {
		example = "```\n" + strings.ReplaceAll(strings.TrimSpace(cmd.Example), "\n  ", "\n") + "\n```"
	}
	section("DESCRIPTION", manText(text))
	section("COMMANDS", list(cmd))
	section("OPTIONS", options+"**--verbose**, **-v**\n: show more on standard error; secrets are left out\n\n**--help**, **-h**\n: show help\n")
	if !cmd.HasParent() {
		section("NAMING ACCOUNTS", manText(b.doc["Naming an account"]))
	}
	if cmd.Runnable() {
		section("EXIT STATUS", manText(b.doc["Exit codes"]))
	}
	if !cmd.HasParent() {
		section("ENVIRONMENT", manText(b.doc["Environment"]))
		section("FILES", manText(b.doc["Files"]))
	}
	section("EXAMPLES", manText(example))
	section("SEE ALSO", seeAlso(cmd))
	return p.String()
}

// useLine is the heading of cmd in docs/cli.md.
func useLine(cmd *cobra.Command) string { return strings.TrimSuffix(cmd.UseLine(), " [flags]") }

func synopsis(cmd *cobra.Command) string {
	alone := "**" + cmd.CommandPath() + "** [*OPTION*]..." + strings.TrimPrefix(useLine(cmd), cmd.CommandPath())
	below := "**" + cmd.CommandPath() + "** *COMMAND* [*ARGUMENT*]..."
	switch {
	case !cmd.HasSubCommands():
		return alone
	case cmd.HasParent() && cmd.Runnable():
		return alone + "\n\n" + below
	case cmd.HasParent():
		return below
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
		if c.Runnable() {
			fmt.Fprintf(&p, "**%s**(1)\n: %s\n\n", dashed(c), c.Short)
		}
		p.WriteString(list(c))
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
