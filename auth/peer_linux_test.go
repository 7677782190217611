package auth

import (
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// Another user who read the address from the opener's arguments gets nothing,
// and does not use it up.
func TestAnotherUserGetsNothing(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only the superuser can become another user")
	}
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	w := watch(t)
	given := <-w.given
	before := w.flow.URL()
	for range 2 {
		cmd := exec.CommandContext(t.Context(), curl, "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", given)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		out, err := cmd.Output()
		if err != nil || strings.TrimSpace(string(out)) != "404" {
			t.Fatalf("another user got %q, %v", out, err)
		}
	}
	if page := authtest.Get(t.Context(), given); page.Header.Get("Location") != before || w.flow.URL() != before {
		t.Errorf("the person's browser got %d", page.Status)
	}
}

// One who closes the connection at once is nobody to the kernel, and does not use
// the address up either.
func TestAnotherUserWhoIsGoneUsesNothingUp(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only the superuser can become another user")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	w := watch(t)
	given := <-w.given
	before := w.flow.URL()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	const hurry = `for i in {1..50}; do exec 3<>/dev/tcp/$1/$2; printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\n\r\n' "$3" "$1" "$2" >&3; exec 3>&-; done`
	cmd := exec.CommandContext(t.Context(), bash, "-c", hurry, "bash", u.Hostname(), u.Port(), u.Path)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if page := authtest.Get(t.Context(), given); page.Header.Get("Location") != before || w.flow.URL() != before {
		t.Errorf("the person's browser got %d", page.Status)
	}
}
