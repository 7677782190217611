package state

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// Protect is the page that asks what it shall take to open the vault.
type Protect struct {
	*base
	// changed is closed once what the page changes last is over; nil before there is one.
	changed chan struct{}
}

// ProtectPage is what it shows.
type ProtectPage struct {
	Form   uint64
	Choice vault.Protection
	// ByFile means that a key file opens the vault until now.
	ByFile  bool
	Busy    bool
	Error   string
	ErrorAt ErrorAt
}

// Open asks how the vault shall be unlocked.
func (x *Protect) Open() {
	if x.st.Route == RouteLocked {
		return
	}
	x.leave()
	x.update(func(st *State) {
		choice := st.Vault.Protection
		if choice == vault.None {
			choice = vault.Passphrase
		}
		st.Protect = ProtectPage{Form: x.nextForm(), Choice: choice, ByFile: choice == vault.File}
		x.goTo(st, RouteProtect)
	})
}

// Protection is one way to open the vault.
type Protection struct {
	Value          vault.Protection
	Label, Meaning string
	Chosen         bool
	// Offered is false for a key file unless one opens the vault already: making
	// one is for the command line.
	Offered bool
}

// Protections are the ways to open the vault.
func (p ProtectPage) Protections() []Protection {
	all := []Protection{
		{Value: vault.Keyring, Label: lang.L("Keyring"), Meaning: lang.L("Unlocked while you are logged in to this computer. Programs that may use your keyring can get the key.")},
		{Value: vault.Passphrase, Label: lang.L("Passphrase"), Meaning: lang.L("You enter it after each start and after locking. Commands ask for it too, or read it from a file.")},
		{Value: vault.Both, Label: lang.L("Keyring and passphrase"), Meaning: lang.L("Both are required. A copy of the folder is not enough to guess the passphrase, and the keyring alone unlocks nothing.")},
		{Value: vault.File, Label: lang.L("Key file"), Meaning: lang.L("Unlocked for every program that can read the file. Create or copy it with claviger vault key-file.")},
	}
	for i := range all {
		all[i].Offered = all[i].Value != vault.File || p.ByFile
		all[i].Chosen = all[i].Value == p.Choice
	}
	return all
}

// Choose takes a choice of the page.
func (x *Protect) Choose(p vault.Protection) {
	if !x.st.Protect.Busy {
		x.update(func(st *State) { st.Protect.Choice, st.Protect.Error = p, "" })
	}
}

// Save changes what it takes to open the vault. present is the passphrase
// that holds until now: the vault is open, but whoever sits here should not be
// able to shut its owner out.
func (x *Protect) Save(present, passphrase, again string) {
	page := x.st.Protect
	if x.st.Route != RouteProtect || page.Busy {
		return
	}
	needs := x.st.NeedsPassphrase()
	field, problem := "", ""
	switch {
	case needs && present == "":
		problem = lang.L("Enter your current passphrase.")
	case page.Choice.NeedsPassphrase():
		field, problem = checkPassphrase(passphrase, again)
	default:
		passphrase = ""
	}
	if problem != "" {
		x.update(func(st *State) { st.Protect.Error, st.Protect.ErrorAt = problem, x.at(field) })
		return
	}
	x.update(func(st *State) { st.Protect.Busy, st.Protect.Error = true, "" })
	done := make(chan struct{})
	x.changed = done
	x.run(slotProtect, func(j *job) {
		defer close(done)
		var err error
		if needs {
			err = x.sv.Vault.Unlock(j, present)
		}
		if err == nil {
			err = x.sv.Guard.Protect(j, page.Choice, passphrase)
		}
		status, statusErr := x.sv.Vault.Status(j)
		j.commit(func(st *State) {
			st.Protect.Busy = false
			if statusErr == nil {
				st.Vault = status
			}
			switch {
			case isLocked(err):
				x.lockedNow(st)
			case err != nil:
				st.Protect.Error, st.Protect.ErrorAt = words.OneLine(x.explain(err, nil, "")), x.at("")
			default:
				saved(st, Form(RouteProtect))
				if st.Route == RouteProtect {
					x.goTo(st, RouteSettings)
				}
				x.setNotice(st, NoticeGood, words.Protected(page.Choice, page.ByFile, status.KeyFile))
			}
		})
	})
}

// LockAfter lets the vault lock after that time without use; 0 is never.
func (x *Protect) LockAfter(after time.Duration) {
	if x.st.Vault.Protection == vault.None {
		return
	}
	x.run(slotLockAt, func(j *job) {
		err := x.sv.Guard.LockAfter(j, after)
		status, statusErr := x.sv.Vault.Status(j)
		j.commit(func(st *State) {
			if statusErr == nil {
				st.Vault = status
			}
			switch {
			case isLocked(err):
				x.lockedNow(st)
			case err != nil:
				x.setNotice(st, NoticeWarn, words.OneLine(x.explain(err, nil, "")))
			}
		})
	})
}

// forget drops what was chosen.
func (x *Protect) forget(st *State) {
	x.drop(slotProtect)
	x.drop(slotLockAt)
	st.Protect = ProtectPage{}
}
