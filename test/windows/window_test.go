//go:build e2e && linux

package windows

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWindow: a person's first day with the window on Windows.
func TestWindow(t *testing.T) {
	m := newMachine(t)
	d := m.d
	m.settings("theme = \"light\"\nclose_to_tray = true\nclipboard_seconds = 10\n")
	m.open()
	d.See(screen, "Where do you want to sign in?")
	m.click("Try it")
	m.click("Ask for my groups")
	m.click("Sign in with your browser")
	d.See(screen, "tess@demo.example")
	m.keep("profile")
	m.click("Groups")
	d.See(screen, "Release captains")
	m.click("Tokens")
	d.See(screen, "Access token")
	m.click("Try it")
	m.click("Send")
	d.See(screen, "Search the response")
	m.keep("tryit")
	m.click("Inspect a token")
	d.See(screen, "Paste a token here")

	m.serving(true)
	token := m.run(0, m.commands, "token", "demo")

	// Away into the tray, where a token is copied from.
	d.Key("ctrl+w")
	d.Gone(screen, "Paste a token here")
	m.tray("Tess Demo", "Copy access token")
	d.Eventually("the token on the clipboard", func() error {
		if got := m.clipboard(); got != token {
			return fmt.Errorf("%d characters are there, not %d", len(got), len(token))
		}
		return nil
	})
	d.Eventually("the clipboard to be cleared", func() error {
		if m.clipboard() != "" {
			return errors.New("something is there")
		}
		return nil
	})
	m.tray()
	m.keep("tray")
	m.click("Open Claviger")
	d.See(screen, "Paste a token here")

	// A program that asks brings the window.
	d.Key("ctrl+w")
	d.Gone(screen, "Paste a token here")
	answer := m.asks("demo")
	d.See(screen, "wants a token")
	m.keep("question")
	d.Gone(screen, "2:00") // from then on, it takes an answer
	d.Gone(screen, "1:59")
	m.click("Allow once")
	if got := <-answer; got != token {
		t.Errorf("the program was allowed and got %d characters, not %d", len(got), len(token))
	}

	// A second start brings the first one's window.
	d.See(screen, "Paste a token here")
	d.Key("ctrl+w")
	d.Gone(screen, "Paste a token here")
	m.open()
	m.click("Paste a token here") // wine 8 may give it the keyboard only then
	m.startAtLogin()
	m.lock()
	m.openFile(token)

	m.tray("Quit")
	m.serving(false)
	m.open()
	d.See(screen, "Claviger is locked")
	d.Type(passphrase)
	d.Key("Return")
	d.See(screen, "Active")
}

// openFile opens a file with a token, with the dialog of Windows.
func (m *machine) openFile(token string) {
	m.t.Helper()
	file := filepath.Join(m.d.Dir, "token.txt")
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		m.t.Fatal(err)
	}
	m.d.Key("ctrl+i")
	m.click("Open a file")
	m.click("File name") // wine 8 may give it the keyboard only then
	m.keep("dialog")
	m.d.Type(windowsPath(file))
	m.d.Key("Return")
	m.d.See(screen, "Signed token")
}

// passphrase is that of the vault.
const passphrase = "correct horse"

// lock adds a passphrase to the key in the Credential Manager, locks, and unlocks.
func (m *machine) lock() {
	m.t.Helper()
	d := m.d
	m.click("Vault")
	d.See(screen, "in Windows Credential Manager")
	m.click("Passphrase and keyring")
	m.click("Keyring and passphrase")
	for range 2 {
		d.Type(passphrase)
		d.Key("Return")
	}
	d.See(screen, "are now both required")
	d.Key("ctrl+l")
	d.See(screen, "Claviger is locked")
	d.Type(passphrase)
	d.Key("Return")
	d.See(screen, "Active")
}

// startAtLogin has Windows start the window, and not any more.
func (m *machine) startAtLogin() {
	m.t.Helper()
	const run = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`
	m.d.Key("ctrl+k")
	m.d.See(screen, "Go to anything")
	m.d.Type("start at login")
	m.d.Key("Return")
	m.click("Start at login")
	m.d.Eventually("Windows to start the window", func() error {
		if out := m.run(0, "reg", "query", run); !strings.Contains(out, `"`+windowsPath(m.window)+`" --hidden`) {
			return errors.New(out)
		}
		return nil
	})
	m.keep("settings")
	m.click("Start at login")
	m.d.Eventually("Windows to leave it", func() error {
		if out := m.run(0, "reg", "query", run); strings.Contains(out, "claviger.exe") {
			return errors.New(out)
		}
		return nil
	})
}
