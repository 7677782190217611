package agent

import (
	"net/http"
	"os"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
)

func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	write(w, http.StatusOK, agentclient.Status{
		Protocol: 1, Version: s.o.Version, PID: os.Getpid(), Locked: s.o.Vault.Locked(r.Context()), Window: s.o.Window,
	})
}

// accounts lists the accounts, without tokens. Any program of this user could read them
// with claviger accounts too; those on another computer cannot.
func (s *Server) accounts(w http.ResponseWriter, r *http.Request) {
	if forwards(asker(r)) {
		s.fail(w, notListed())
		return
	}
	stop := lively(w, r)
	list, warnings, err := s.o.Source.Accounts(r.Context())
	stop()
	if err != nil && len(list) == 0 {
		s.fail(w, err)
		return
	}
	answer := struct {
		Accounts   []*auth.Account    `json:"accounts"`
		Warnings   []string           `json:"warnings,omitempty"`
		Incomplete *agentclient.Error `json:"incomplete,omitempty"`
	}{Accounts: append([]*auth.Account{}, list...), Warnings: warnings}
	if err != nil {
		answer.Incomplete = s.o.Source.Problem(err)
	}
	write(w, http.StatusOK, answer)
}

// account tells of one account what accounts tells of all.
func (s *Server) account(w http.ResponseWriter, r *http.Request) {
	if forwards(asker(r)) {
		s.fail(w, notListed())
		return
	}
	var in struct {
		Account string `json:"account"`
	}
	if err := read(w, r, &in); err != nil {
		s.fail(w, err)
		return
	}
	stop := lively(w, r)
	a, err := s.o.Source.Account(r.Context(), in.Account, 0)
	stop()
	if err != nil {
		s.fail(w, err)
		return
	}
	write(w, http.StatusOK, map[string]*auth.Account{"account": a})
}

func notListed() *agentclient.Error {
	return refused(agentclient.CodeDenied, "Accounts are not listed to programs on another computer", "Name the account: its ID or login@provider.")
}

// lock locks the vault for every program: nobody is harmed by that who is not by
// claviger vault lock. Another computer could only be a nuisance with it.
func (s *Server) lock(w http.ResponseWriter, r *http.Request) {
	if forwards(asker(r)) {
		s.fail(w, refused(agentclient.CodeDenied, "Programs on another computer cannot lock the vault", ""))
		return
	}
	if err := s.o.Vault.Lock(r.Context()); err != nil {
		s.fail(w, err)
		return
	}
	write(w, http.StatusOK, map[string]bool{"locked": true})
}

// unlock takes the passphrase from claviger's own command only: any other program could
// guess at it here without leaving a trace.
func (s *Server) unlock(w http.ResponseWriter, r *http.Request) {
	if who := asker(r); !s.o.Self.SameFile(who) {
		s.fail(w, otherProgram())
		return
	}
	var in struct {
		Passphrase string `json:"passphrase"`
	}
	if err := read(w, r, &in); err != nil {
		s.fail(w, err)
		return
	}
	stop := lively(w, r)
	err := s.o.Vault.Unlock(r.Context(), in.Passphrase)
	stop()
	if err != nil {
		s.fail(w, err)
		return
	}
	if s.o.Unlocked != nil {
		s.o.Unlocked()
	}
	write(w, http.StatusOK, map[string]bool{"locked": false})
}
