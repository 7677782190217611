package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/shell"
	"github.com/claviger/claviger/vault"
)

// folder looks at the folder of everything.
func (e *examination) folder(context.Context) finding {
	if e.HomeErr != nil {
		return refused(e.HomeErr)
	}
	info, err := os.Stat(e.Home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return e.toBeMade()
	case err != nil:
		return bad("%s: %s.", e.Home, reason(err)).mend("Choose another folder with CLAVIGER_HOME.")
	case !info.IsDir():
		return bad("%s is not a folder.", e.Home).mend("Move it away, or choose another folder with CLAVIGER_HOME.")
	}
	if err := writable(e.Home); err != nil {
		return bad("%s cannot be written: %s.", e.Home, reason(err)).mend("Make it yours, or choose another folder with CLAVIGER_HOME.", shell.Here.Look(plain.Line(e.Home, 0)))
	}
	return good("%s is yours.", e.Home)
}

// toBeMade looks at the place of a folder that does not exist yet.
func (e *examination) toBeMade() finding {
	above := filepath.Dir(e.Home)
	for {
		info, err := os.Stat(above)
		if err == nil && info.IsDir() {
			break
		}
		if err == nil || !errors.Is(err, fs.ErrNotExist) || above == filepath.Dir(above) {
			return bad("%s does not exist and cannot be created: %s is not a folder.", e.Home, above).mend("Choose another folder with CLAVIGER_HOME.")
		}
		above = filepath.Dir(above)
	}
	if err := writable(above); err != nil {
		return bad("%s does not exist and cannot be created: %s cannot be written: %s.", e.Home, above, reason(err)).
			mend("Choose another folder with CLAVIGER_HOME.")
	}
	return good("%s does not exist yet. It is created when it is needed.", e.Home)
}

// vault says how the vault is protected, and whether it can be used.
func (e *examination) vault(ctx context.Context) finding {
	v, err := e.Vault()
	if err != nil {
		return skipped("The folder cannot be used: see Folder.")
	}
	st, err := v.Look(ctx)
	if err != nil {
		return refused(err)
	}
	protected := map[vault.Protection]string{
		vault.Keyring: "the keyring", vault.Passphrase: "a passphrase", vault.Both: "the keyring together with a passphrase", vault.File: "a key file",
	}[st.Protection]
	switch {
	case st.Protection == vault.None:
		return good("There is none yet: the first remembered sign-in creates it.")
	case st.KeyFileProblem != "":
		return bad("%s", sentences(st.KeyFileProblem)).mend("Protect the key file, or name the right one in CLAVIGER_KEY_FILE.", keyFileCommands(st.KeyFile)...)
	}
	found := fmt.Sprintf("%s, protected by %s", plain.Count(st.Records, "record"), protected)
	switch {
	case st.Marked:
		return good("%s. It is locked.", found).mend("To open it:", "claviger vault unlock")
	case st.KeptOpen:
		return good("%s. The kernel keeps the key for a time.", found)
	case st.Locked:
		return good("%s. Each program needs the passphrase.", found)
	}
	return good("%s.", found)
}

// maxFiles bounds how many files of the vault are looked at.
const maxFiles = 50_000

// vaultFiles looks at the owner and mode of each file of the vault, and at what a crash
// or damage left there.
func (e *examination) vaultFiles(ctx context.Context) finding {
	v, err := e.Vault()
	if err != nil {
		return skipped("The folder cannot be used: see Folder.")
	}
	st, err := v.Look(ctx)
	if st.Dir == "" || st.Protection == vault.None && err == nil {
		return skipped("There is no vault yet.")
	}
	seen, foreign, open, err := lookAtFiles(ctx, st.Dir)
	switch {
	case foreign != nil:
		return refused(foreign)
	case err != nil:
		return bad("%s cannot be read: %s.", st.Dir, reason(err)).mend("Restore its permissions.", shell.Here.Own(plain.Line(st.Dir, 0)))
	case len(open) > 0:
		return odd("Other users can read %s, such as %s. The records are encrypted; still, only you should read them.", plain.Count(len(open), "file"), open[0]).
			mend("Close them to others.", shell.Here.Own(plain.Line(st.Dir, 0)))
	case st.SetAside > 0:
		return odd("%s is set aside as damaged.", plain.Count(st.SetAside, "file")).mend("See what that means and what to do:", "claviger vault repair")
	}
	if n := len(v.Leftovers()); n > 0 {
		return odd("%s left over from interrupted writes: harmless.", plain.Count(n, "file")).
			mend("Remove them:", "claviger vault check")
	}
	if st.OldKey != "" {
		return odd("The keyring's item %s may be an old copy of the key: a change of protection was interrupted.", st.OldKey).
			mend("If no other vault needs it, delete it with your keyring's own program.", "claviger vault status")
	}
	return good("%s, all of them yours alone.", plain.Count(seen, "file"))
}

// lookAtFiles looks at each file below dir: those that others can change or own, and those
// that others can read.
func lookAtFiles(ctx context.Context, dir string) (seen int, foreign error, open []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile
		}
		if err != nil {
			return err
		}
		if foreign = owner.Check(path, info); foreign != nil || seen >= maxFiles {
			return fs.SkipAll
		}
		if othersRead(info.Mode()) {
			open = append(open, path)
		}
		if !d.IsDir() {
			seen++
		}
		return nil
	})
	return seen, foreign, open, err
}

// littleSpace is when a disk is nearly full, in bytes.
const littleSpace = 20 << 20

// disk looks at the room on the disk, and at what kind of file system it is.
func (e *examination) disk(context.Context) finding {
	if e.HomeErr != nil {
		return skipped("The folder cannot be used: see Folder.")
	}
	dir := e.Home
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	d, err := diskOf(dir)
	switch {
	case err != nil:
		return skipped("This system does not say: %s.", reason(err))
	case d.readOnly:
		return bad("The file system of %s is read-only.", dir).mend("Choose a folder on another one with CLAVIGER_HOME.")
	case d.free == 0:
		return bad("The disk is full.").mend("Free some space: new tokens cannot be stored.", "df -h "+word(dir))
	case d.free < littleSpace:
		return odd("Only %s are free.", plain.Size(int(d.free))).mend("Free some space.", "df -h "+word(dir))
	case d.loose != "":
		return odd("%s is on %s, which does not keep the permissions of files and may not replace a file as a whole.", dir, d.loose).
			mend("Choose a folder on a disk of this computer with CLAVIGER_HOME.")
	}
	return good("%s free, on %s.", size(d.free), d.kind)
}

// size is a number of bytes for a person.
func size(bytes uint64) string {
	for _, unit := range []struct {
		name  string
		bytes uint64
	}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}} {
		if bytes >= unit.bytes {
			return fmt.Sprintf("%d %s", bytes/unit.bytes, unit.name)
		}
	}
	return fmt.Sprintf("%d KiB", bytes>>10)
}

// refused puts an error about a file of ours into words, with the command that helps.
func refused(err error) finding {
	f := explained(Fail, err)
	if bad, ok := errors.AsType[*owner.Error](err); ok && bad.Command() != "" {
		f.commands = []string{bad.Command()}
	}
	return f
}

// keyFileCommands are what to type for a key file that cannot be used.
func keyFileCommands(path string) []string {
	if info, err := os.Stat(path); err == nil && othersRead(info.Mode()) {
		return []string{shell.Here.OwnFile(plain.Line(path, 0))}
	}
	return []string{"claviger vault status"}
}
