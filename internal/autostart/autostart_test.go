package autostart

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// odd are paths that need quoting somewhere.
var odd = []string{
	"/usr/bin/claviger",
	"/opt/My Programs/claviger",
	`/opt/100% "mine" $HOME/a\b/claviger` + "`x`",
	"/opt/ключ/鍵/claviger",
	"/opt/a'b;c&d|e(f)~g*h?i#j/claviger",
}

func start(program string) Start {
	return Start{Program: program, Args: []string{"--hidden"}, Env: []string{`CLAVIGER_HOME=/home/mira/a "b" 100% $c`}}
}

func login(t *testing.T, goos string) *Login {
	t.Helper()
	l, err := of(goos, t.TempDir(), "", &fakeKey{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// looks is what is found.
func (l *Login) looks(t *testing.T, want State) {
	t.Helper()
	if got, err := l.Look(); got != want || err != nil {
		t.Errorf("%s: %+v, %v; want %+v", l.Where(), got, err, want)
	}
}

func TestWhatIsEnabledIsFoundAndCanBeDisabled(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, program := range odd {
			if goos == "windows" && strings.Contains(program, `"`) {
				continue // no file there has one
			}
			l, s := login(t, goos), start(program)
			if goos == "windows" {
				s.Env = nil
			}
			l.looks(t, State{})
			for range 2 {
				if err := l.Enable(s); err != nil {
					t.Fatalf("%s, %s: %v", goos, program, err)
				}
			}
			l.looks(t, State{On: true, Program: program})
			for range 2 {
				if err := l.Disable(); err != nil {
					t.Error(err)
				}
			}
			l.looks(t, State{})
		}
	}
}

// What cannot be one line of a file is not written.
func TestPathsThatNoDesktopTakes(t *testing.T) {
	for _, program := range []string{"/opt/a\nExec=rm/claviger", "/opt/\xff/claviger", "/opt/a\x1b/claviger", "/opt/a=b/claviger"} {
		l := login(t, "linux")
		if err := l.Enable(start(program)); err == nil {
			t.Errorf("%q was taken", program)
		}
		if _, err := os.Stat(l.Where()); err == nil {
			t.Errorf("%q was written", program)
		}
	}
}

// The specification's own reader takes the file, and starts the program with what it was
// given.
func TestDesktopsReadTheEntry(t *testing.T) {
	validate, err := exec.LookPath("desktop-file-validate")
	if err != nil {
		t.Skip("desktop-file-validate is not installed")
	}
	for _, program := range odd {
		l := login(t, "linux")
		if err := l.Enable(start(program)); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(validate, l.Where()).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", program, err, out)
		}
	}
}

// systemd, which starts the entries on many desktops, understands the command line as it
// is meant.
func TestSystemdStartsTheProgram(t *testing.T) {
	const generator = "/usr/lib/systemd/user-generators/systemd-xdg-autostart-generator"
	if _, err := os.Stat(generator); err != nil || runtime.GOOS != "linux" {
		t.Skip("systemd-xdg-autostart-generator is not installed")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, `a b 100%`, "claviger")
	if err := os.MkdirAll(filepath.Dir(program), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := of("linux", dir, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Enable(Start{Program: program, Args: []string{"--hidden"}}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(generator, dir, dir, dir)
	cmd.Env = []string{"HOME=" + dir, "XDG_CONFIG_HOME=" + filepath.Join(dir, ".config"), "XDG_CONFIG_DIRS=/nowhere", "PATH=/usr/bin:/bin"}
	out, err := cmd.CombinedOutput()
	units, _ := filepath.Glob(filepath.Join(dir, "app-*claviger*autostart.service"))
	if err != nil || len(units) != 1 {
		t.Fatalf("%v, units %v: %s", err, units, out)
	}
	unit, err := os.ReadFile(units[0])
	if err != nil {
		t.Fatal(err)
	}
	// In a unit, "%" is doubled (systemd.service(5)).
	want := strings.ReplaceAll(program, "%", "%%")
	if !strings.Contains(string(unit), want) || !strings.Contains(string(unit), "--hidden") {
		t.Errorf("%s is not in\n%s", want, unit)
	}
}

func TestAnEntryThatWasSwitchedOffElsewhere(t *testing.T) {
	for _, line := range []string{"Hidden=true", "X-GNOME-Autostart-enabled=false"} {
		l := login(t, "linux")
		if err := l.Enable(start("/usr/bin/claviger")); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(l.Where(), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(line + "\n"); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		if s, err := l.Look(); s.On || s.Program != "/usr/bin/claviger" || err != nil {
			t.Errorf("%s: %+v, %v", line, s, err)
		}
	}
	key := &fakeKey{approved: []byte{3, 0, 0, 0}, text: `"C:\claviger.exe" --hidden`}
	l, err := of("windows", "", "", key)
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := l.Look(); s.On {
		t.Error("the Task Manager switched it off")
	}
	if err := l.Enable(Start{Program: `C:\claviger.exe`, Args: []string{"--hidden"}}); err != nil {
		t.Fatal(err)
	}
	if s, _ := l.Look(); !s.On {
		t.Error("the person switched it on again")
	}
}

func TestXDGConfigHome(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	for config, want := range map[string]string{dir: dir, "": filepath.Join(home, ".config"), "relative": filepath.Join(home, ".config")} {
		l, err := of("linux", home, config, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := filepath.Dir(filepath.Dir(l.Where())); got != want {
			t.Errorf("XDG_CONFIG_HOME %q: %s", config, got)
		}
	}
}

// What stands in the way is said with the file that it is about.
func TestAFolderThatIsAFile(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".config"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := of("linux", home, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Enable(start("/usr/bin/claviger")); err == nil || !strings.Contains(err.Error(), l.Where()) {
		t.Errorf("%v", err)
	}
	// Windows says of a file in a folder that is a file that there is none.
	if _, err := l.Look(); err == nil && runtime.GOOS != "windows" {
		t.Error("it could be read")
	}
}

func TestWindowsBounds(t *testing.T) {
	l := login(t, "windows")
	if err := l.Enable(Start{Program: `C:\` + strings.Repeat("x", 300)}); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("%v", err)
	}
	if err := l.Enable(start(`C:\claviger.exe`)); err == nil || !strings.Contains(err.Error(), "CLAVIGER_HOME") {
		t.Errorf("%v", err)
	}
	broken := &Login{windowsRun{&fakeKey{err: errors.New("access is denied")}}, "key"}
	if err := broken.Disable(); err == nil || !strings.Contains(err.Error(), "key: access") {
		t.Errorf("%v", err)
	}
}

// fakeKey is a registry in memory.
type fakeKey struct {
	text     string
	approved []byte
	err      error
}

func (f *fakeKey) command() (string, error)  { return f.text, f.err }
func (f *fakeKey) approval() ([]byte, error) { return f.approved, f.err }

func (f *fakeKey) setCommand(command string) error {
	f.text = command
	return f.err
}

func (f *fakeKey) forget() error {
	f.text, f.approved = "", nil
	return f.err
}
