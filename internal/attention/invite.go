package attention

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/claviger/claviger/internal/durable"
)

// lookForTurn is how often it is looked whether an invitation of another process ended.
const lookForTurn = 200 * time.Millisecond

// Invitation is what a program shows a person so that they sign in. Of an account, one
// process at a time has it, and one that was ignored is not shown again for a while.
type Invitation struct {
	path string
	lock *flock.Flock
	mark Mark
}

// Invite waits until no other process invites a person to sign in there; what is an
// account's or a provider's ID. waiting, if there is another one, is called before the
// wait. Release the invitation.
func (f Folder) Invite(ctx context.Context, what string, waiting func()) (*Invitation, error) {
	if err := os.MkdirAll(f.Path, 0o700); err != nil {
		return nil, err
	}
	name := filepath.Join(f.Path, "invite-"+hash(what))
	i := &Invitation{path: name + ".json", lock: flock.New(name+".lock", flock.SetPermissions(0o600))}
	got, err := i.lock.TryLock()
	if err == nil && !got {
		waiting()
		_, err = i.lock.TryLockContext(ctx, lookForTurn)
	}
	if err != nil {
		return nil, err
	}
	if readFile(i.path, &i.mark) != nil {
		i.mark = Mark{} // what cannot be read was not ignored
	}
	i.mark.asked = true
	return i, nil
}

// Until is when it may be shown again, because it was ignored; zero if it may be shown.
// Whoever signed in since then, in whatever way, has ignored nothing.
func (i *Invitation) Until(now, signedIn time.Time) time.Time {
	until := i.mark.Said.Add(i.mark.wait())
	if i.mark.Times == 0 || !now.Before(until) || now.Before(i.mark.Said.Add(-setBack)) || signedIn.After(i.mark.Said) {
		return time.Time{}
	}
	return until
}

// Ignored notes that nobody did what it was for.
func (i *Invitation) Ignored(now time.Time) error {
	i.mark.Said, i.mark.Times = now, i.mark.Times+1
	data, err := json.Marshal(i.mark)
	if err != nil {
		return err
	}
	return durable.Replace(i.path, data)
}

// Release lets the next one invite. followed forgets that it was ignored before.
func (i *Invitation) Release(followed bool) {
	if followed {
		_ = os.Remove(i.path) // it may not be there
	}
	_ = i.lock.Unlock() // the system does it at the end too
}
