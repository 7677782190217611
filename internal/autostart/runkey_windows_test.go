package autostart

import (
	"testing"

	"golang.org/x/sys/windows/registry"
)

// TestRegistry tests with the real registry, below a key of its own.
func TestRegistry(t *testing.T) {
	const base = `Software\ClavigerTest`
	key := userRegistry{run: base + `\Run`, approved: base + `\Approved`, name: runName}
	t.Cleanup(func() {
		for _, path := range []string{key.run, key.approved, base} {
			_ = registry.DeleteKey(registry.CURRENT_USER, path)
		}
	})
	l := &Login{windowsRun{key}, "the registry"}
	if s, err := l.Look(); s != (State{}) || err != nil {
		t.Fatalf("at first %+v, %v", s, err)
	}
	if err := l.Disable(); err != nil {
		t.Fatal(err)
	}
	const program = `C:\My Programs\100% ключ\claviger.exe`
	if err := l.Enable(Start{Program: program, Args: []string{"--hidden"}}); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Look(); s != (State{On: true, Program: program}) || err != nil {
		t.Errorf("%+v, %v", s, err)
	}
	k, _, err := registry.CreateKey(registry.CURRENT_USER, key.approved, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.SetBinaryValue(runName, []byte{3, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	_ = k.Close()
	if s, err := l.Look(); s != (State{Program: program}) || err != nil {
		t.Errorf("switched off by the Task Manager: %+v, %v", s, err)
	}
	if err := l.Disable(); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Look(); s != (State{}) || err != nil {
		t.Errorf("at the end %+v, %v", s, err)
	}
}
