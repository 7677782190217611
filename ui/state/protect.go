package state

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// ProtectPage asks what it shall take to open the vault.
type ProtectPage struct {
	Form   uint64
	Choice vault.Protection
	// ByFile means that a key file opens the vault until now.
	ByFile  bool
	Busy    bool
	Error   string
	ErrorAt ErrorAt
}

// OpenProtect asks how the vault shall be unlocked.
func (s *Store) OpenProtect() {
	if s.st.Route == RouteLocked {
		return
	}
	s.leave()
	s.update(func(st *State) {
		choice := st.Vault.Protection
		if choice == vault.None {
			choice = vault.Passphrase
		}
		st.Protect = ProtectPage{Form: s.nextForm(), Choice: choice, ByFile: choice == vault.File}
		s.goTo(st, RouteProtect)
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

// ChooseProtection takes a choice of the page.
func (s *Store) ChooseProtection(p vault.Protection) {
	if !s.st.Protect.Busy {
		s.update(func(st *State) { st.Protect.Choice, st.Protect.Error = p, "" })
	}
}

// Protect changes what it takes to open the vault. present is the passphrase
// that holds until now: the vault is open, but whoever sits here should not be
// able to shut its owner out.
func (s *Store) Protect(present, passphrase, again string) {
	page := s.st.Protect
	if s.st.Route != RouteProtect || page.Busy {
		return
	}
	needs := s.st.NeedsPassphrase()
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
		s.update(func(st *State) { st.Protect.Error, st.Protect.ErrorAt = problem, s.at(field) })
		return
	}
	s.update(func(st *State) { st.Protect.Busy, st.Protect.Error = true, "" })
	s.run(slotProtect, func(j *job) {
		var err error
		if needs {
			err = s.sv.Vault.Unlock(j, present)
		}
		if err == nil {
			err = s.sv.Guard.Protect(j, page.Choice, passphrase)
		}
		status, statusErr := s.sv.Vault.Status(j)
		j.commit(func(st *State) {
			st.Protect.Busy = false
			if statusErr == nil {
				st.Vault = status
			}
			switch {
			case isLocked(err):
				s.lockedNow(st)
			case err != nil:
				st.Protect.Error, st.Protect.ErrorAt = words.OneLine(s.explain(err, nil, "")), s.at("")
			default:
				saved(st, Form(RouteProtect))
				if st.Route == RouteProtect {
					s.goTo(st, RouteSettings)
				}
				s.setNotice(st, NoticeGood, words.Protected(page.Choice, page.ByFile, status.KeyFile))
			}
		})
	})
}

// LockAfter lets the vault lock after that time without use; 0 is never.
func (s *Store) LockAfter(after time.Duration) {
	if s.st.Vault.Protection == vault.None {
		return
	}
	s.run(slotProtect, func(j *job) {
		err := s.sv.Guard.LockAfter(j, after)
		status, statusErr := s.sv.Vault.Status(j)
		j.commit(func(st *State) {
			if statusErr == nil {
				st.Vault = status
			}
			switch {
			case isLocked(err):
				s.lockedNow(st)
			case err != nil:
				s.setNotice(st, NoticeWarn, words.OneLine(s.explain(err, nil, "")))
			}
		})
	})
}
