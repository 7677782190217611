package app

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/hooks"
	"github.com/claviger/claviger/internal/notify"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/settings"
)

// appID names the program to the desktop; FyneApp.toml has the same.
const appID = "io.github.claviger.Claviger"

// The keys of what a person can do from a notification.
const (
	actShow   = notify.Default
	actSignIn = "sign-in"
)

// attendant says when a person is needed: by notifications, and by the hooks.
type attendant struct {
	folder  attention.Folder
	source  attention.Source
	acts    attention.Acts
	desk    *attention.Desk
	desktop *notify.Desktop
	hooks   *hooks.Runner
	log     *slog.Logger

	mu sync.Mutex
	// changed is what was not said yet, and last what was said, by kind.
	changed, last map[attention.Kind]attention.Change
	wake          chan struct{}
	// wrong is what was wrong with the settings, which is logged once.
	wrong string
}

// attend returns what says when a person is needed; acts are what they can do then.
func (w *wiring) attend(agent *auth.Agent, acts attention.Acts) (attention.Attendant, error) {
	home, err := w.home()
	if err != nil {
		return nil, err
	}
	a := &attendant{
		folder: attention.Folder{Path: home, Log: w.log}, source: agent, acts: acts, log: w.log,
		changed: map[attention.Kind]attention.Change{}, last: map[attention.Kind]attention.Change{}, wake: make(chan struct{}, 1),
	}
	a.desk = attention.NewDesk(time.Now, a.folder, a.tell)
	a.desktop = notify.New(notify.Options{
		App: "Claviger", Entry: appID, Acted: a.act,
		Failed: func(err error) { w.log.Info("a notification was not shown", "error", err) },
	})
	a.hooks = hooks.New(func() []string { return w.keyFile.forCommands(os.Environ()) }, w.log)
	return a, nil
}

// Run says it until ctx ends.
func (a *attendant) Run(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	defer a.hooks.Wait()
	work.Go(func() { a.desktop.Run(ctx) })
	work.Go(func() { attention.Watch(ctx, a.source, a.desk, a.folder.Turn) })
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
			for _, c := range a.take() {
				a.say(ctx, c)
			}
		}
	}
}

// Ask says that a program waits for an answer, until done is called.
func (a *attendant) Ask(e attention.Event) (done func(answered bool)) { return a.desk.Ask(e) }

// tell takes a change of the desk, and does not wait.
func (a *attendant) tell(c attention.Change) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.New = append(a.changed[c.Kind].New, c.New...)
	a.changed[c.Kind] = c
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// take is what was not said yet.
func (a *attendant) take() []attention.Change {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []attention.Change
	for _, kind := range attention.Kinds() {
		if c, ok := a.changed[kind]; ok {
			list = append(list, c)
			a.last[kind] = c
		}
	}
	clear(a.changed)
	return list
}

// say says a change as the settings want it.
func (a *attendant) say(ctx context.Context, c attention.Change) {
	set := a.settings()
	for _, e := range c.New {
		if command := set.Hooks[string(e.Kind)]; command != nil {
			a.hooks.Run(ctx, hooks.Hook{Event: string(e.Kind), Command: command, Facts: facts(e)})
		}
	}
	slot := string(c.Kind)
	switch {
	case len(c.Open) == 0, set.Notifications == settings.Off:
		a.desktop.Close(slot)
	case a.acts.Shows != nil && a.acts.Shows(c.Kind):
		// The person sees it already.
	default:
		text := c.Words(set.Notifications == settings.Named, time.Now(), a.acts.Say)
		if a.acts.Notify != nil && !notify.Native {
			if len(c.New) > 0 {
				a.acts.Notify(text.Title, text.Body)
			}
			return
		}
		a.desktop.Show(slot, notify.Note{
			Title: plain.Line(text.Title, maxFact), Body: plain.Text(text.Body), Actions: a.offers(c), Urgent: c.Kind == attention.Consent, Quiet: len(c.New) == 0,
		})
	}
}

// facts are those of an event for a hook.
func facts(e attention.Event) map[string]string {
	out := map[string]string{"CLAVIGER_EVENT": string(e.Kind)}
	for name, v := range map[string]string{
		"CLAVIGER_ACCOUNT": e.Account, "CLAVIGER_PROVIDER": e.Provider, "CLAVIGER_PROVIDER_NAME": e.ProviderName,
		"CLAVIGER_USER": e.Who, "CLAVIGER_PROGRAM": e.Program, "CLAVIGER_REASON": e.Reason,
	} {
		if v = plain.Line(v, maxFact); v != "" {
			out[name] = v
		}
	}
	if !e.Until.IsZero() {
		out["CLAVIGER_UNTIL"] = e.Until.UTC().Format(time.RFC3339)
	}
	return out
}

// maxFact bounds a fact, in characters.
const maxFact = 500

// offers are what a person can do about a change. A program's question is answered where
// it is asked.
func (a *attendant) offers(c attention.Change) []notify.Action {
	say := func(text phrase.Text) string { return phrase.In(a.acts.Say, text) }
	var out []notify.Action
	if a.acts.Show != nil && c.Kind != attention.Consent {
		out = append(out, notify.Action{Key: actShow, Label: say("Show")})
	}
	if a.acts.SignIn != nil && len(c.Open) == 1 && (c.Kind == attention.SignIn || c.Kind == attention.Ending) {
		out = append(out, notify.Action{Key: actSignIn, Label: say("Sign in")})
	}
	return out
}

// act does what a person chose.
func (a *attendant) act(slot, key string) {
	a.mu.Lock()
	c := a.last[attention.Kind(slot)]
	a.mu.Unlock()
	account := ""
	if len(c.Open) == 1 && c.Kind != attention.SignOut {
		account = c.Open[0].Account
	}
	switch {
	case key == actShow && a.acts.Show != nil:
		a.acts.Show(account)
	case key == actSignIn && a.acts.SignIn != nil && account != "":
		a.acts.SignIn(account)
	}
}

// settings are those of now. What is wrong with them is logged, once.
func (a *attendant) settings() settings.Settings {
	names := make([]string, 0, len(attention.Kinds()))
	for _, kind := range attention.Kinds() {
		names = append(names, string(kind))
	}
	set, err := settings.Read(a.folder.Path, names)
	wrong := ""
	if err != nil {
		wrong = err.Error()
	}
	if wrong != "" && wrong != a.wrong {
		a.log.Error("no hook runs until the settings are mended", "error", err)
	}
	a.wrong = wrong
	return set
}
