package ports

import (
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// A port of a client, or of who asks for any, is never one of these.
func TestFreeIsOutOfTheSystemsRange(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if given := l.Addr().(*net.TCPAddr).Port; given <= highest {
		t.Errorf("the system gave port %d, which Free may give too", given)
	}
	got, err := strconv.Atoi(Free(t))
	if err != nil || got < lowest || got > highest {
		t.Errorf("Free is %d, %v", got, err)
	}
}

// A port is one test's until that test ends.
func TestFreeGivesAPortOnce(t *testing.T) {
	var at string
	t.Run("a test", func(t *testing.T) {
		at = "127.0.0.1:" + Free(t)
		if take(t, at) == nil {
			t.Error("it was given twice")
		}
	})
	if err := take(t, at); err != nil {
		t.Error("after the test:", err)
	}
}

// A process between fork and exec holds every listener of its parent. Here one holds
// it longer.
func TestListenWaitsForAFork(t *testing.T) {
	at := "127.0.0.1:" + Free(t)
	l := Listen(t, at)
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	holds := exec.Command("sleep", "0.2")
	holds.ExtraFiles = []*os.File{file}
	if err := holds.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = file.Close(), l.Close()
	if again, err := net.Listen("tcp", at); err == nil {
		_ = again.Close()
		t.Error("nobody held it")
	}
	_ = Listen(t, at).Close()
	if err := holds.Wait(); err != nil {
		t.Fatal(err)
	}
}
