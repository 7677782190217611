package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Who holds a lock is read from a file that others can write.
func TestHolderOfALock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	own := os.Getpid()
	for text, want := range map[string]Holder{
		fmt.Sprintf("\n%d claviger\n", own):                  {PID: own, Program: "claviger"},
		fmt.Sprintf("\n%d two words\n", own):                 {PID: own, Program: "two words"},
		fmt.Sprintf("\n%d \x1b]52;c;QQ==\a\n", own):          {PID: own, Program: "another program"},
		fmt.Sprintf("\n%d \u202egnp.exe\n", own):             {PID: own, Program: "another program"},
		fmt.Sprintf("\n%d %0200d\n", own, 1):                 {},
		"":                                                   {},
		"\nclaviger\n":                                       {},
		"\n-1 claviger\n":                                    {},
		"\n99999999999999999999 claviger\n":                  {},
		"\n0 claviger\n":                                     {},
		fmt.Sprintf("\n%d claviger\n", 1<<30+own&0xff):       {}, // no such process
		fmt.Sprintf("\n%d claviger\nand more\n\n", own) + "": {PID: own, Program: "another program"},
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := holderOf(path)
		if _, gone := processState(1<<30 + own&0xff); !gone && want.PID == 0 && got.PID > 1<<30 {
			continue // this system does not say
		}
		if got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

// A wait that its caller ends says for whom it was.
func TestEndedWaitNamesTheHolder(t *testing.T) {
	dir := t.TempDir()
	open := func() *Vault {
		v, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = v.Close() })
		return v
	}
	release, err := open().LockRecord(t.Context(), "account")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = open().LockRecord(ctx, "account")
	held, ok := errors.AsType[*HeldError](err)
	if !ok || held.Holder.PID != os.Getpid() || held.Code() != "held" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("LockRecord = %v", err)
	}
}

// A process that runs is waited for, however long it takes: it may be in a
// browser. It is said once for whom.
func TestRunningHolderIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	signLock(path)
	var told []Holder
	w := patientWait{path: path, begun: time.Now().Add(-time.Hour), tell: func(h Holder) { told = append(told, h) }}
	for range 3 {
		if err := w.look(); err != nil {
			t.Errorf("gave up: %v", err)
		}
	}
	if len(told) != 1 || told[0].PID != os.Getpid() {
		t.Errorf("told %v", told)
	}
	fresh := patientWait{path: path, begun: time.Now(), tell: func(Holder) { t.Error("told at once") }}
	if err := fresh.look(); err != nil {
		t.Error(err)
	}
}
