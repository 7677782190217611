package shell

import "testing"

// Each system's words for the same: what one types there.
func TestSystems(t *testing.T) {
	for posix, windows := range map[[2]string]string{
		{"export A='b/c'", System("linux").Set("A", "b/c")}:        System("windows").Set("A", "b/c") + "|$env:A = 'b/c'",
		{"export A='it'\\''s'", System("linux").Set("A", "it's")}:  System("windows").Set("A", "it's") + "|$env:A = 'it''s'",
		{`export A="$B"`, System("darwin").SetLike("A", "B")}:      System("windows").SetLike("A", "B") + "|$env:A = $env:B",
		{"unset A", System("linux").Unset("A")}:                    System("windows").Unset("A") + "|Remove-Item Env:A",
		{"unset 'A B'", System("linux").Unset("A B")}:              System("windows").Unset("A B") + "|Remove-Item 'Env:A B'",
		{"kill 7", System("linux").End(7)}:                         System("windows").End(7) + "|Stop-Process -Id 7",
		{"chmod -R u+rwX,go= '/a b'", System("linux").Own("/a b")}: System("windows").Own(`C:\a b`) + `|icacls 'C:\a b' /inheritance:r /grant:r "${env:USERNAME}:(OI)(CI)F" /T`,
		{"chmod 600 /a", System("linux").OwnFile("/a")}:            System("windows").OwnFile(`C:\a`) + `|icacls C:\a /inheritance:r /grant:r "${env:USERNAME}:F"`,
		{"ls -ld /a", System("linux").Look("/a")}:                  System("windows").Look(`\\.\pipe\x`) + `|Get-Acl \\.\pipe\x`,
	} {
		if posix[0] != posix[1] {
			t.Errorf("%q, want %q", posix[1], posix[0])
		}
		for i := range windows {
			if windows[i] == '|' && windows[:i] != windows[i+1:] {
				t.Errorf("on Windows %q, want %q", windows[:i], windows[i+1:])
			}
		}
	}
}
