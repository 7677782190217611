package shell

import "testing"

// Each system's words for the same: what one types there.
func TestSystems(t *testing.T) {
	posix, windows := System("linux"), System("windows")
	for _, tt := range []struct{ got, want string }{
		{posix.Set("A", "b/c"), "export A='b/c'"},
		{windows.Set("A", "b/c"), "$env:A = 'b/c'"},
		{posix.Set("A", "it's"), `export A='it'\''s'`},
		{windows.Set("A", "it's"), "$env:A = 'it''s'"},
		{windows.Quote("‘a’ ‚b‛"), "'‘‘a’’ ‚‚b‛‛'"}, // each ends a text there, as ' does
		{posix.Quote("a\x00’"), "'a’'"},
		{posix.SetLike("A", "B"), `export A="$B"`},
		{windows.SetLike("A", "B"), "$env:A = $env:B"},
		{posix.Home(".a"), "~/.a"},
		{windows.Home(".a"), `"$HOME\.a"`},
		{posix.SetHome("A", ".a"), "export A=~/.a"},
		{windows.SetHome("A", ".a"), `$env:A = "$HOME\.a"`},
		{posix.Unset("A B"), "unset 'A B'"},
		{windows.Unset("A"), "Remove-Item Env:A"},
		{windows.Unset("A B"), "Remove-Item 'Env:A B'"},
		{posix.End(7), "kill 7"},
		{windows.End(7), "Stop-Process -Id 7"},
		{posix.Own("/a b"), "chmod -R u+rwX,go= '/a b'"},
		{windows.Own(`C:\a b`), `icacls 'C:\a b' /inheritance:r /grant:r "${env:USERNAME}:(OI)(CI)F" /T`},
		{posix.OwnFile("/a"), "chmod 600 /a"},
		{windows.OwnFile(`C:\a`), `icacls C:\a /inheritance:r /grant:r "${env:USERNAME}:F"`},
		{posix.OwnHome(".a"), "chmod 600 ~/.a"},
		{windows.OwnHome(".a"), `icacls "$HOME\.a" /inheritance:r /grant:r "${env:USERNAME}:F"`},
		{posix.Make("/a b"), "mkdir -p -m 700 '/a b'"},
		{windows.Make(`C:\a`), `mkdir 'C:\a'`},
		{posix.Look("/a"), "ls -ld /a"},
		{windows.Look(`\\.\pipe\x`), `Get-Acl \\.\pipe\x`},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
