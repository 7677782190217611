package state

import (
	"context"
	"time"

	"github.com/claviger/claviger/internal/asking"
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
	slotStatus   slot = "status"
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
	slotLockAt     slot = "lock-after"
	slotMove       slot = "move"
	slotQuit       slot = "quit"
	slotSave       slot = "save"
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
	b    *base
	slot slot
	gen  uint64
}

// run starts work in a slot, in place of what runs there.
func (b *base) run(in slot, work func(j *job)) {
	b.drop(in)
	if b.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(b.asked())
	b.cancels[in] = cancel
	j := &job{Context: ctx, b: b, slot: in, gen: b.gens[in]}
	b.wg.Go(func() {
		defer cancel()
		work(j)
	})
}

// later runs f on the UI goroutine after a while, unless something else was put into the
// slot by then.
func (b *base) later(in slot, after time.Duration, f func()) {
	b.run(in, func(j *job) {
		t := time.NewTimer(after)
		defer t.Stop()
		select {
		case <-j.Done():
		case <-t.C:
			j.do(f)
		}
	})
}

// drop ends the work of a slot; its outcome will not be seen.
func (b *base) drop(in slot) {
	b.gens[in]++
	if cancel := b.cancels[in]; cancel != nil {
		cancel()
		delete(b.cancels, in)
	}
}

// spawn starts work that nothing supersedes.
func (b *base) spawn(work func(ctx context.Context)) {
	if b.ctx.Err() != nil {
		return
	}
	ctx := b.asked()
	b.wg.Go(func() { work(ctx) })
}

// asked is the context of work that begins now. What a person began may ask them for the
// keyring's password, even if they closed that dialog just now.
func (b *base) asked() context.Context {
	if b.posted {
		return b.ctx
	}
	return asking.Pressed(b.ctx)
}

// line is work that changes something: it is done in the order in which the person asked
// for it, and nothing supersedes it.
type line struct{ end chan struct{} }

// queue does work after all that is in a line. last reports, on the UI goroutine, whether
// nothing came into the line since.
func (b *base) queue(l *line, work func(ctx context.Context, last func() bool)) {
	before, done := l.end, make(chan struct{})
	l.end = done
	b.spawn(func(ctx context.Context) {
		defer close(done)
		if before != nil {
			<-before
		}
		work(ctx, func() bool { return l.end == done })
	})
}

// do runs f on the UI goroutine, unless the job was superseded by then.
func (j *job) do(f func()) {
	j.b.post(func() {
		if j.b.ctx.Err() != nil || j.b.gens[j.slot] != j.gen {
			return
		}
		f()
	})
}

// commit changes the state, unless the job was superseded by then.
func (j *job) commit(change func(*State)) {
	j.do(func() { j.b.update(change) })
}
