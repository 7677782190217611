package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Whatever file is named as a passphrase, its first line is the whole of it or an
// error says why not.
func TestPassphraseFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	huge := write("huge", "")
	if err := os.Truncate(huge, 1<<30); err != nil { // takes no room
		t.Fatal(err)
	}
	longest := strings.Repeat("x", maxPassphrase)
	for name, c := range map[string]struct{ file, line, why string }{
		"a line":           {write("line", "a passphrase\r\nmore\n"), "a passphrase", ""},
		"no line end":      {write("bare", "a passphrase"), "a passphrase", ""},
		"much after it":    {write("much", "a passphrase\n"+strings.Repeat(longest, 100)), "a passphrase", ""},
		"the longest line": {write("longest", longest+"\r\n"), longest, ""},
		"a longer line":    {write("longer", longest+"y\n"), "", "its first line has more than 4096 bytes"},
		"a longer end":     {write("end", longest+"y"), "", "its first line has more than 4096 bytes"},
		"empty":            {write("empty", ""), "", "its first line is empty"},
		"an empty line":    {write("blank", "\na passphrase\n"), "", "its first line is empty"},
		"a zero byte":      {write("zero", "a\x00b\n"), "", "it is not a text file"},
		"1 GB of zeros":    {huge, "", "its first line has more than 4096 bytes"},
		"a folder":         {dir, "", "it is a folder"},
		"nothing there":    {filepath.Join(dir, "gone"), "", syscall.ENOENT.Error()},
	} {
		line, err := (&Prompter{File: c.file, Err: t.Output()}).Passphrase(t.Context(), "")
		if line != c.line || (err == nil) != (c.why == "") {
			t.Errorf("%s: %d bytes, %v", name, len(line), err)
		}
		if err != nil {
			if p, _ := explain(err); !strings.Contains(p.Detail, c.file+": "+c.why) || p.Next == "" || p.Code != "passphrase-file" {
				t.Errorf("%s: %+v", name, p)
			}
		}
		if got, err := (&Prompter{File: c.file, Err: t.Output()}).fromFile(); got != c.line || (err == nil) != (c.why == "") {
			t.Errorf("%s, as a secret: %d bytes, %v", name, len(got), err)
		}
	}
}

// A passphrase that comes over standard input is not cut off either.
func TestPassphraseOfStandardInputIsWhole(t *testing.T) {
	longest := strings.Repeat("x", maxPassphrase)
	for input, want := range map[string]string{longest + "\n": longest, longest + "y\n": "", "a\x00b\n": ""} {
		got, err := (&Prompter{In: strings.NewReader(input)}).line(t.Context())
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%d bytes of %d, %v", len(got), len(input), err)
		}
	}
}
