package cli

import (
	"errors"
	"io"
	"runtime"

	"github.com/claviger/claviger/internal/shell"
)

// codeNoTerminal is the code of a passphrase if there is no one to ask.
const codeNoTerminal = "no-terminal"

// newVaultError is a vault that cannot be set up with the keyring.
type newVaultError struct {
	err error
	// provider is the ID of the one that the person signs in to, "" if they do
	// something else.
	provider string
}

func (e *newVaultError) Error() string { return e.err.Error() }
func (e *newVaultError) Unwrap() error { return e.err }

// way is one way to a vault's key without a keyring or a terminal.
type way struct {
	about    string
	commands []string
	// linux is set if it is for Linux only, posix if it is not for Windows.
	linux, posix bool
}

// keepOpen opens the vault for a working day.
const keepOpen = "claviger vault unlock --for 8h"

// waysOut are the ways that are open to a vault in the state that the error
// names: not set up, or protected by the keyring, a passphrase or a key file.
func waysOut(goos string, err error, code string) []way {
	const keyFile, phraseFile = ".claviger-key", ".claviger-passphrase"
	system := shell.System(goos)
	makeKeyFile, nameKeyFile := "claviger vault key-file "+system.Home(keyFile), system.SetHome("CLAVIGER_KEY_FILE", keyFile)
	namePassphrase := system.SetHome("CLAVIGER_PASSPHRASE_FILE", phraseFile)
	if e, isNew := errors.AsType[*newVaultError](err); isNew {
		ways := []way{
			{about: "A key file; whoever can read it can open the vault:", commands: []string{makeKeyFile, nameKeyFile}},
			{about: "A passphrase in a file that only you can read:", posix: true, commands: []string{
				"(umask 077; head -c 24 /dev/urandom | base64 > ~/.claviger-passphrase)",
				namePassphrase,
			}},
			{about: "A passphrase that you type once at a terminal, for a limited time:", commands: []string{"claviger vault passphrase", keepOpen}},
			{about: "A keyring for one session; then type a password for it and press Ctrl-D twice:", linux: true, commands: []string{
				`dbus-run-session -- sh -c 'gnome-keyring-daemon --unlock --components=secrets; exec "${SHELL:-sh}"'`,
			}},
		}
		if e.provider != "" {
			ways = append(ways, way{about: "Or store nothing:", commands: []string{"claviger login " + e.provider + " --no-remember"}})
		}
		return ways
	}
	switch code {
	case "keyring-gone", "keyring-locked", "keyring-hangs":
		return []way{
			{about: "If you are logged in to this computer's desktop, use its keyring from here:", linux: true, commands: []string{
				"export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus",
			}},
			{about: "At the desktop, open the vault for all your sessions, for a limited time:", linux: true, commands: []string{keepOpen}},
			{about: "At the desktop, put the key into a file (whoever can read it can open the vault), then set it here:", commands: []string{makeKeyFile, nameKeyFile}},
			{about: "At the desktop, protect the vault with a passphrase:", commands: []string{"claviger vault passphrase --alone"}},
		}
	case codeNoTerminal:
		return []way{
			{about: "Once at a terminal, for a limited time:", linux: true, commands: []string{keepOpen}},
			{about: "A passphrase file that only you can read:", commands: []string{system.OwnHome(phraseFile), namePassphrase}},
			{about: "At a terminal, put the key into a file (whoever can read it can open the vault), then set it here:", commands: []string{makeKeyFile, nameKeyFile}},
		}
	case "not-set-up":
		return []way{
			{about: "Sign in; the first remembered account sets it up:", commands: []string{"claviger login PROVIDER"}},
			{about: "Or choose a passphrase, typed once for a limited time:", commands: []string{"claviger vault passphrase", keepOpen}},
			{about: "Or a key file; whoever can read it can open the vault:", commands: []string{makeKeyFile, nameKeyFile}},
		}
	case "key-file-unset":
		return []way{
			{about: "In a shell:", commands: []string{nameKeyFile}},
			{about: "In a systemd unit, under [Service]:", linux: true, commands: []string{"LoadCredential=claviger-key:FILE"}},
		}
	}
	return nil
}

// tellWays writes the ways, each with the commands to type.
func tellWays(w io.Writer, ways []way) {
	for _, way := range ways {
		if way.linux && runtime.GOOS != "linux" || way.posix && runtime.GOOS == "windows" {
			continue
		}
		writeLine(w, "  %s", way.about)
		for _, command := range way.commands {
			writeLine(w, "    %s", command)
		}
	}
}
