package state

import (
	"time"

	"claviger/vault"
)

// OpenProtect asks what it shall take to open the vault.
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
		st.Protect = ProtectPage{Form: s.nextForm(), Choice: choice}
		s.goTo(st, RouteProtect)
	})
}

// Protection is one way to open the vault.
type Protection struct {
	Value          vault.Protection
	Label, Meaning string
	Chosen         bool
}

// Protections are the ways to open the vault.
func (p ProtectPage) Protections() []Protection {
	all := []Protection{
		{Value: vault.Keyring, Label: "The keyring", Meaning: "Open while you are logged in to this computer. Programs that may use your keyring can get the key."},
		{Value: vault.Passphrase, Label: "A passphrase", Meaning: "You type it after each start and after locking; so does every program, or it gets a file with it."},
		{Value: vault.Both, Label: "The keyring and a passphrase", Meaning: "It takes both: a copy of the folder gives nothing to guess at, and the keyring alone opens nothing."},
	}
	for i := range all {
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
	problem := ""
	switch {
	case needs && present == "":
		problem = "Type your present passphrase."
	case page.Choice.NeedsPassphrase():
		problem = CheckPassphrase(passphrase, again)
	default:
		passphrase = ""
	}
	if problem != "" {
		s.update(func(st *State) { st.Protect.Error = problem })
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
				st.Protect.Error = oneLine(s.explain(err, nil, ""))
			default:
				saved(st, Form(RouteProtect))
				if st.Route == RouteProtect {
					s.goTo(st, RouteSettings)
				}
				s.setNotice(st, NoticeGood, protectedWords(page.Choice))
			}
		})
	})
}

// protectedWords says what it takes to open the vault from now on.
func protectedWords(p vault.Protection) string {
	switch p {
	case vault.Both:
		return "Opening the vault takes the keyring and your passphrase now."
	case vault.Passphrase:
		return "Opening the vault takes your passphrase now."
	case vault.Keyring, vault.None:
	}
	return "The keyring opens the vault now, without a passphrase."
}

// LockAfter lets the vault lock once nobody used it for so long; 0 is never.
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
				s.setNotice(st, NoticeWarn, oneLine(s.explain(err, nil, "")))
			}
		})
	})
}
