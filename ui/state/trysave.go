package state

import (
	"errors"
	"io"

	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/durable"
)

// TrySave is the answer's way into a file.
type TrySave struct {
	Saving bool
	// Saved is the file, Size how many bytes it got.
	Saved string
	Size  int64
	Error TryError
}

// TryError says why an answer could not be saved.
type TryError string

// The reasons.
const (
	TryNotWritten TryError = "not-written"
	TryGone       TryError = "gone"
	TryTooLarge   TryError = "too-large"
)

// Save writes the answer's body into a file, as it comes.
func (t *Try) Save(path string) {
	a := t.st.Try.Answer
	if a == nil || t.st.Try.Save.Saving {
		return
	}
	t.update(func(st *State) { st.Try.Save = TrySave{Saving: true} })
	t.run(slotTrySave, func(j *job) {
		var size int64
		var saveErr error
		err := durable.Create(path, true, func(w io.Writer) error {
			size, saveErr = a.Save(j, w)
			return saveErr
		})
		j.commit(func(st *State) {
			st.Try.Save = TrySave{Saved: path, Size: size}
			switch {
			case err == nil:
			case errors.Is(saveErr, tryit.ErrTooLarge):
				st.Try.Save = TrySave{Error: TryTooLarge}
			case errors.Is(saveErr, tryit.ErrGone):
				st.Try.Save = TrySave{Error: TryGone}
			default:
				st.Try.Save = TrySave{Error: TryNotWritten}
			}
		})
	})
}
