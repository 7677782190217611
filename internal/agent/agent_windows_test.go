package agent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// exe ends the name of a program.
const exe = ".exe"

var places atomic.Int64

// placeOf is a path for a pipe.
func placeOf(*testing.T) string {
	return fmt.Sprintf(pipeRoot+"claviger-test-%d-%d", os.Getpid(), places.Add(1))
}

func dial(ctx context.Context, path string) (net.Conn, error) {
	return winio.DialPipeContext(ctx, path)
}

func wine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// settle takes the part of a pipe that wine 8 lets a first client have, although nobody
// reads from it: Windows does not (a part made without access for data is not listened at).
func settle(t *testing.T, path string) {
	t.Helper()
	if !wine() {
		return
	}
	c, err := dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
}

// turn is for systems on which a process can turn into another program.
func turn(string) int { return 9 }

func TestListen(t *testing.T) {
	path := placeOf(t)
	first, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), path); !errors.Is(err, ErrRunning) {
		t.Errorf("a second one: %v", err)
	}
	if state, err := Look(path); err != nil || !state.There || !state.Socket {
		t.Errorf("%+v, %v", state, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if state, err := Look(path); err != nil || state.There {
		t.Errorf("after its end: %+v, %v", state, err)
	}
	second, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"relative", `C:\agent.sock`, pipeRoot, pipeRoot + `a\b`, `\\server\pipe\x`, pipeRoot + strings.Repeat("a", 300)} {
		if s, err := Listen(t.Context(), bad); err == nil {
			t.Errorf("%q is used", bad)
			_ = s.Close()
		}
	}
}

// A pipe that another program made first is not joined, and that program is not an agent.
func TestPipeOfAnother(t *testing.T) {
	if wine() {
		t.Skip("wine 8 lets others join a pipe (it takes FILE_CREATE for FILE_OPEN_IF)")
	}
	path := placeOf(t)
	other, err := winio.ListenPipe(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), path); err == nil || errors.Is(err, ErrRunning) || !strings.Contains(err.Error(), "another program") {
		t.Errorf("%v", err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// The pipe lets in its user, and nobody else.
func TestAccessOfThePipe(t *testing.T) {
	path := placeOf(t)
	s, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	go func() { _, _ = s.Accept() }()
	settle(t, path)
	c, err := dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	sd, err := windows.GetSecurityInfo(windows.Handle(c.(interface{ Fd() uintptr }).Fd()), windows.SE_FILE_OBJECT,
		windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	if owner, _, err := sd.Owner(); err != nil || !owner.Equals(user.User.Sid) {
		t.Errorf("the owner is %v, %v", owner, err)
	}
	acl, _, err := sd.DACL()
	if err != nil || acl == nil || acl.AceCount != 1 {
		t.Fatalf("%s, %v", sd, err)
	}
}
