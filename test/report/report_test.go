package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// results runs the real go test on packages below testdata, and returns the file with
// what it says.
func results(t *testing.T, packages ...string) string {
	t.Helper()
	args := []string{"test", "-json", "-vet=off", "-count=1"}
	for _, p := range packages {
		args = append(args, "./testdata/"+p)
	}
	out, err := exec.Command("go", args...).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "run.json")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// said runs the real go test on packages below testdata, and returns what is
// shown meanwhile and at the end.
func said(t *testing.T, packages ...string) (progress, summary string, failed bool) {
	t.Helper()
	file := results(t, packages...)
	out, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var shown, end strings.Builder
	if err := follow(bytes.NewReader(out), &shown, "all", time.Now()); err != nil {
		t.Fatal(err)
	}
	err = summarize([]string{file}, nil, []string{"this is left out"}, &end)
	if err != nil && !errors.Is(err, errFailed) {
		t.Fatal(err)
	}
	return shown.String(), end.String(), err != nil
}

func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

func TestAllPassed(t *testing.T) {
	progress, summary, failed := said(t, "good")
	has(t, progress, "ok   github.com/claviger/claviger/test/report/testdata/good (2 tests, ")
	has(t, summary, "the slowest tests", "left out and skipped\nthis is left out\n", "2 tests passed, 0 failed")
	if last := lastLine(summary); failed || !strings.HasPrefix(last, "ok  \tgithub.com/claviger/claviger/test/report/testdata/good\t") {
		t.Errorf("failed: %v, the last line is %q of\n%s", failed, last, summary)
	}
	if strings.Contains(summary, "FAIL") {
		t.Error(summary)
	}
}

func TestSomeFailed(t *testing.T) {
	progress, summary, failed := said(t, "good", "mixed")
	has(t, progress, "FAIL github.com/claviger/claviger/test/report/testdata/mixed TestParts/wrong", "FAIL github.com/claviger/claviger/test/report/testdata/mixed (5 tests, ")
	has(t, summary,
		"mixed TestLeftOut: no such machine\n",
		"failed: github.com/claviger/claviger/test/report/testdata/mixed TestParts/wrong\n", "two is not three",
		"4 tests passed, 2 failed",
		"\n--- FAIL: TestParts/wrong (")
	if strings.Contains(summary, "nobody reads this") {
		t.Error("what a good test logs is shown")
	}
	if last := lastLine(summary); !failed || !strings.HasPrefix(last, "FAIL\tgithub.com/claviger/claviger/test/report/testdata/mixed\t") {
		t.Errorf("failed: %v, the last line is %q of\n%s", failed, last, summary)
	}
}

func TestWhatDoesNotBuild(t *testing.T) {
	progress, summary, failed := said(t, "broken")
	has(t, progress, "undefined: undefined")
	has(t, summary, "does not build", "undefined: undefined", "[build failed]")
	if !failed {
		t.Error("it is a success")
	}
}

// TestSecondTry: what failed is run again by itself. If it passes then, the run is good,
// and says so.
func TestSecondTry(t *testing.T) {
	const pkg = "github.com/claviger/claviger/test/report/testdata/unsteady"
	t.Setenv("AGAIN", "")
	first := results(t, "unsteady", "good")
	var worth strings.Builder
	if err := worthAgain([]string{first}, &worth); err != nil {
		t.Fatal(err)
	}
	if got, want := worth.String(), pkg+" ^(TestUnsteady)$\n"; got != want {
		t.Fatalf("worth a second try is %q, not %q", got, want)
	}

	var end strings.Builder
	if err := summarize([]string{first}, []string{results(t, "unsteady")}, nil, &end); !errors.Is(err, errFailed) {
		t.Errorf("it failed twice: %v", err)
	}
	has(t, end.String(), "failed: "+pkg+" TestUnsteady/part", "FAIL\t"+pkg)

	t.Setenv("AGAIN", "yes")
	end.Reset()
	if err := summarize([]string{first}, []string{results(t, "unsteady")}, nil, &end); err != nil {
		t.Errorf("it passed at its second try: %v", err)
	}
	has(t, end.String(), "unsteady: "+pkg+" TestUnsteady/part", "the window came too late", "0 failed, 2 of those that passed are unsteady", "ok  \t"+pkg)
	if strings.Contains(end.String(), "FAIL") {
		t.Error(end.String())
	}
}

// TestNotWorthASecondTry: a crash, a race and many failures are faults.
func TestNotWorthASecondTry(t *testing.T) {
	many := ""
	for _, name := range []string{"A", "B", "C", "D", "E", "F"} {
		many += `{"Action":"run","Package":"p","Test":"Test` + name + `"}
{"Action":"fail","Package":"p","Test":"Test` + name + `"}
`
	}
	for name, text := range map[string]string{
		"many": many,
		"race": `{"Action":"run","Package":"p","Test":"TestX"}
{"Action":"output","Package":"p","Test":"TestX","Output":"WARNING: DATA RACE\n"}
{"Action":"fail","Package":"p","Test":"TestX"}
`,
		"cut off": `{"Action":"run","Package":"p","Test":"TestX"}
`,
		"without a test": `{"Action":"start","Package":"p"}
{"Action":"fail","Package":"p"}
`,
	} {
		file := filepath.Join(t.TempDir(), "run.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var worth strings.Builder
		if err := worthAgain([]string{file}, &worth); err != nil || worth.Len() > 0 {
			t.Errorf("%s: %q, %v", name, worth.String(), err)
		}
	}
	var worth strings.Builder
	if err := worthAgain([]string{results(t, "crash")}, &worth); err != nil || worth.Len() > 0 {
		t.Errorf("crash: %q, %v", worth.String(), err)
	}
}

func TestCrash(t *testing.T) {
	_, summary, failed := said(t, "crash")
	has(t, summary, "failed: github.com/claviger/claviger/test/report/testdata/crash TestCrash\n", "panic: out of order", "FAIL\tgithub.com/claviger/claviger/test/report/testdata/crash")
	if !failed {
		t.Error("it is a success")
	}
}

// TestCutOff: a run that ended in the middle is a failure.
func TestCutOff(t *testing.T) {
	var r run
	err := events(strings.NewReader(`{"Action":"run","Package":"p","Test":"TestX"}
{"Action":"output","Package":"p","Test":"TestX","Output":"half a line"}
`), r.add)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := r.show(&out); !errors.Is(err, errFailed) {
		t.Errorf("%v:\n%s", err, out.String())
	}
	has(t, out.String(), "failed: p TestX", "half a line")
}

// TestLateOutput: what comes after the end of a test begins no other one, and a
// second run is one of its own.
func TestLateOutput(t *testing.T) {
	const once = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestX"}
{"Action":"pass","Package":"p","Test":"TestX","Elapsed":1}
{"Action":"output","Package":"p","Test":"TestX","Output":"late"}
{"Action":"output","Package":"p","Output":"ok  \tp\t1s\n"}
{"Action":"pass","Package":"p","Elapsed":1}
`
	var r run
	if err := events(strings.NewReader(once+once), r.add); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := r.show(&out); err != nil {
		t.Errorf("%v:\n%s", err, out.String())
	}
	has(t, out.String(), "2 tests passed, 0 failed")
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
