package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestEveryCommandAndFlagIsDocumented holds docs/cli.md against the tree of
// commands, both ways.
func TestEveryCommandAndFlagIsDocumented(t *testing.T) {
	data, err := os.ReadFile("../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	name := ""
	for l := range strings.Lines(string(data)) {
		if heading, ok := strings.CutPrefix(l, "## "); ok {
			name = strings.TrimSpace(heading)
			continue
		}
		sections[name] += l
	}
	documented := map[string]bool{}
	flagPattern := regexp.MustCompile("(?m)^\\| `--([a-z-]+)`")
	for _, cmd := range leaves(Command()) {
		use := cmd.UseLine()
		use = strings.TrimSuffix(use, " [flags]")
		if cmd.Parent() != nil && cmd.Parent().Name() == "completion" {
			use = "claviger completion bash|zsh|fish|powershell"
		}
		text, ok := sections[use]
		if !ok {
			t.Errorf("docs/cli.md has no section %q", "## "+use)
			continue
		}
		documented[use] = true
		has := map[string]bool{"help": true}
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			has[f.Name] = true
			if f.Name != "help" && !strings.Contains(text, "| `--"+f.Name+"`") {
				t.Errorf("section %q does not mention --%s", use, f.Name)
			}
		})
		for _, m := range flagPattern.FindAllStringSubmatch(text, -1) {
			if !has[m[1]] {
				t.Errorf("section %q mentions --%s, which is not there", use, m[1])
			}
		}
	}
	for name := range sections {
		if strings.HasPrefix(name, "claviger ") && !documented[name] {
			t.Errorf("section %q is of no command", name)
		}
	}
}

// leaves are the commands that do something.
func leaves(cmd *cobra.Command) []*cobra.Command {
	if !cmd.HasSubCommands() {
		return []*cobra.Command{cmd}
	}
	var out []*cobra.Command
	if cmd.Name() == "agent" || cmd.Name() == "accounts" { // works by itself too
		out = append(out, cmd)
	}
	for _, c := range cmd.Commands() {
		if c.Name() != "help" {
			out = append(out, leaves(c)...)
		}
	}
	return out
}

// TestEveryCommandIsExplained asks for a sentence on each command.
func TestEveryCommandIsExplained(t *testing.T) {
	for _, cmd := range leaves(Command()) {
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: short text %q", cmd.CommandPath(), cmd.Short)
		}
	}
}
