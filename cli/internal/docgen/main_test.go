package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/claviger/claviger/cli"

	"github.com/claviger/claviger/test/program"
)

const cliPage = "../../../docs/cli.md"

// generate writes everything into a new folder, dated 2026-01-02.
func generate(t *testing.T) string {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", "1767312000")
	dir := t.TempDir()
	if err := write(cliPage, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// files are the names and contents of everything in dir.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

func each(cmd *cobra.Command, f func(*cobra.Command)) {
	f(cmd)
	for _, c := range commands(cmd) {
		each(c, f)
	}
}

// words is a page as a person reads it, in one line.
func words(t *testing.T, file string) string {
	t.Helper()
	cmd := exec.Command("groff", "-k", "-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=200n", file)
	var out, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &warnings
	if err := cmd.Run(); err != nil || warnings.Len() > 0 {
		t.Errorf("%s: %v\n%s", filepath.Base(file), err, &warnings)
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// TestEveryCommandHasAPage, with each of its options and what it can exit with,
// and groff has nothing to say against it.
func TestEveryCommandHasAPage(t *testing.T) {
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("no groff here to read man pages with")
	}
	man := filepath.Join(generate(t), "man")
	pages := files(t, man)
	each(cli.Command(), func(cmd *cobra.Command) {
		name := dashed(cmd) + ".1"
		if _, ok := pages[name]; !ok {
			t.Errorf("no page %s", name)
			return
		}
		delete(pages, name)
		page := words(t, filepath.Join(man, name))
		for _, want := range []string{"NAME " + dashed(cmd) + " - ", "SYNOPSIS " + cmd.CommandPath(), "DESCRIPTION ", "OPTIONS ", "2026-01-02"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		if strings.Contains(page, "|") && strings.Contains(page, "---") {
			t.Errorf("%s has a table left", name)
		}
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(page, " --"+f.Name+" ") && !strings.Contains(page, " --"+f.Name+", ") {
				t.Errorf("%s lacks --%s", name, f.Name)
			}
		})
		if !cmd.HasSubCommands() && !strings.Contains(page, "EXIT STATUS 0 done 1 failed") {
			t.Errorf("%s does not say what the command exits with", name)
		}
	})
	for name := range pages {
		t.Errorf("page %s is of no command", name)
	}
}

// TestTheFirstPage: it says what is true of every command.
func TestTheFirstPage(t *testing.T) {
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("no groff here to read man pages with")
	}
	page := words(t, filepath.Join(generate(t), "man", "claviger.1"))
	for _, want := range []string{
		"COMMANDS claviger-accounts(1) ", "ENVIRONMENT CLAVIGER_HOME ", "CLAVIGER_<ID>_CLIENT_SECRET", "CLAVIGER_PASSPHRASE_FILE",
		"FILES ", "vault/", "EXIT STATUS 0 done", "6 refused", "EXAMPLES claviger ",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("claviger(1) lacks %q", want)
		}
	}
}

// TestExamples come from the help of a command or, if it has none, from the end of
// its section in docs/cli.md.
func TestExamples(t *testing.T) {
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("no groff here to read man pages with")
	}
	man := filepath.Join(generate(t), "man")
	for name, want := range map[string]string{
		"claviger-login.1":        "EXAMPLES claviger login ",
		"claviger-vault-lock.1":   "EXAMPLES claviger vault lock ",
		"claviger-providers.1":    "DESCRIPTION",
		"claviger-vault-export.1": "EXAMPLES claviger vault export ",
	} {
		if page := words(t, filepath.Join(man, name)); !strings.Contains(page, want) {
			t.Errorf("%s lacks %q:\n%s", name, want, page)
		}
	}
}

// TestLint asks mandoc, which is stricter than groff.
func TestLint(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("no mandoc here")
	}
	man := filepath.Join(generate(t), "man")
	for name := range files(t, man) {
		if out, err := exec.Command("mandoc", "-T", "lint", "-W", "warning", filepath.Join(man, name)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// TestShellsAcceptTheCompletion: those that are here read their script.
func TestShellsAcceptTheCompletion(t *testing.T) {
	dir := filepath.Join(generate(t), "completion")
	scripts := files(t, dir)
	for shell, name := range map[string]string{"bash": "claviger.bash", "zsh": "_claviger", "fish": "claviger.fish", "pwsh": "claviger.ps1"} {
		if !strings.Contains(scripts[name], "__complete") {
			t.Errorf("%s does not ask claviger for the words", name)
		}
		if _, err := exec.LookPath(shell); err != nil || shell == "pwsh" {
			t.Logf("%s is not here to read its script", shell)
			continue
		}
		if out, err := exec.Command(shell, "-n", filepath.Join(dir, name)).CombinedOutput(); err != nil {
			t.Errorf("%s -n: %v\n%s", shell, err, out)
		}
	}
	if len(scripts) != 4 {
		t.Errorf("%d scripts", len(scripts))
	}
}

func TestSameBytesEachTime(t *testing.T) {
	a, b := generate(t), generate(t)
	for _, folder := range []string{"man", "completion"} {
		if d := cmp.Diff(files(t, filepath.Join(a, folder)), files(t, filepath.Join(b, folder))); d != "" {
			t.Error(d)
		}
	}
}

func TestWrongDate(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	dir := t.TempDir()
	if err := write(cliPage, dir); err == nil || !strings.Contains(err.Error(), "SOURCE_DATE_EPOCH") {
		t.Errorf("error %v", err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestTheProgramHasNoMarkdown: what makes the pages is not shipped.
func TestTheProgramHasNoMarkdown(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-tags", "nogui", program.Module).Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), "github.com/claviger/claviger/cli\n") || strings.Contains(string(out), "md2man") {
		t.Error("the program depends on md2man")
	}
}
