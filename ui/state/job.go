package state

import (
	"context"
)

// slot is a line of work in which a newer job supersedes the older one.
type slot string

const (
	slotAttempt  slot = "attempt"
	slotAccounts slot = "accounts"
	slotWatch    slot = "watch"
	slotTokens   slot = "tokens"
	slotHistory  slot = "history"
	slotVault    slot = "vault"
	slotSetup    slot = "setup"
	slotRegister slot = "register"
	slotTest     slot = "test"
	slotFile     slot = "file"
	slotDraft    slot = "draft"
	slotWarm     slot = "warm"
	slotSignOut  slot = "sign-out"
	slotCheck    slot = "check"
	slotQueue    slot = "queue"
	slotTick     slot = "tick"
	slotNotice   slot = "notice"
	slotClip     slot = "clipboard"
	slotInspect  slot = "inspect"
	// slotIntrospect asks about the token while its keys may still be fetched.
	slotIntrospect slot = "introspect"
	slotCompare    slot = "compare"
	slotSaveClaims slot = "save-claims"
	slotOpen       slot = "open"
	slotCopy       slot = "copy"
	slotSettings   slot = "settings"
	slotPaste      slot = "paste"
	slotProtect    slot = "protect"
	slotMove       slot = "move"
	slotQuit       slot = "quit"
	slotTray       slot = "tray"
	slotPalette    slot = "palette"
	slotUndo       slot = "undo"
	// slotUndoing undoes, whatever can be undone next meanwhile.
	slotUndoing  slot = "undoing"
	slotReport   slot = "report"
	slotDescribe slot = "describe"
	slotLogIn    slot = "login"
	slotTry      slot = "try"
	slotTryPage  slot = "try-page"
	slotTrySave  slot = "try-save"
	slotDrop     slot = "drop"
	slotAbout    slot = "about"
)

// job is a piece of work in a goroutine of its own.
type job struct {
	context.Context
	s    *Store
	slot slot
	gen  uint64
}

// run starts work in a slot, in place of what runs there.
func (s *Store) run(in slot, work func(j *job)) {
	s.drop(in)
	if s.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.cancels[in] = cancel
	j := &job{Context: ctx, s: s, slot: in, gen: s.gens[in]}
	s.wg.Go(func() {
		defer cancel()
		work(j)
	})
}

// drop ends the work of a slot; its outcome will not be seen.
func (s *Store) drop(in slot) {
	s.gens[in]++
	if cancel := s.cancels[in]; cancel != nil {
		cancel()
		delete(s.cancels, in)
	}
}

// spawn starts work that nothing supersedes.
func (s *Store) spawn(work func(ctx context.Context)) {
	if s.ctx.Err() != nil {
		return
	}
	s.wg.Go(func() { work(s.ctx) })
}

// do runs f on the UI goroutine, unless the job was superseded by then.
func (j *job) do(f func()) {
	j.s.post(func() {
		if j.s.ctx.Err() != nil || j.s.gens[j.slot] != j.gen {
			return
		}
		f()
	})
}

// commit changes the state, unless the job was superseded by then.
func (j *job) commit(change func(*State)) {
	j.do(func() { j.s.update(change) })
}
