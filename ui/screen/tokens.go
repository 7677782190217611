package screen

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// tokens is the Tokens tab.
type tokens struct {
	page    *widget.Page
	clock   *clock
	problem *widget.Notice
	id      *tokenCard
	access  *tokenCard
	refresh *widget.Card
	renews  *widget.Text
	none    *widget.Card
	waits   *widget.Card
	links   *fyne.Container
	toID    *widget.Button
	account string
}

func newTokens(k *kit) tab {
	t := &tokens{clock: newClock(), problem: widget.NewNotice(widget.ToneWarn, "", "")}
	t.id = newTokenCard(k, state.IDToken, lang.L("This token is not a signed JWT and cannot be read here."))
	t.access = newTokenCard(k, state.AccessToken, lang.L("This token is opaque: only the provider can read it."))
	t.renews = widget.NewMuted("")
	t.refresh = widget.NewCard(widget.NewColumn(theme.GapTiny, widget.NewSubtitle(lang.L("Refresh token")), t.renews))
	t.none = widget.NewCard(widget.NewEmptyState(widget.DrawingTokens, lang.L("No tokens"), lang.L("Sign in again to get new ones."),
		k.button(lang.L("Sign in again"), widget.ButtonQuiet, k.store.SignIn.Again)).Container)
	t.waits = widget.NewCard(widget.NewColumn(theme.Gap, widget.NewSkeleton(widget.NewSubtitle(lang.L("Access token"))),
		widget.NewSkeleton(widget.NewSmallButton(lang.L("Show"), widget.ButtonQuiet, nil)), widget.NewSkeleton(widget.NewLabel(lang.L("Go to refresh token")))))
	to := func(name string, o fyne.CanvasObject, next fyne.Focusable) *widget.Button {
		return k.small(name, widget.ButtonQuiet, func() {
			if next != nil {
				k.focus(next)
			}
			t.page.ScrollTo(o)
		})
	}
	t.toID = to(lang.L("Go to ID token"), t.id.object, t.id.show)
	t.links = widget.NewFlow(theme.GapSmall, theme.GapSmall, t.toID, to(lang.L("Go to refresh token"), t.refresh, nil))
	t.page = widget.NewSubpage(t.clock.notice, t.problem, t.links, t.access.object, t.id.object, t.refresh, t.none, t.waits)
	return t
}

func (t *tokens) object() fyne.CanvasObject { return t.page }

func (t *tokens) render(st state.State, a *auth.Account) {
	t.set(st, a)
	if t.account != a.ID {
		t.account = a.ID
		t.page.ScrollToTop()
	}
	t.page.Refresh()
}

func (t *tokens) tick(st state.State, a *auth.Account) {
	t.set(st, a)
	t.page.Settle()
}

func (t *tokens) set(st state.State, a *auth.Account) {
	t.clock.render(a)
	p := st.TokenPage
	t.problem.Set(widget.ToneWarn, "", p.Problem)
	show(t.problem, p.Problem != "")
	client := ""
	if pr := st.Provider(a.Provider); pr != nil {
		client = pr.Client.ID
	}
	own := ownClaims(st, a.Provider)
	t.id.render(p.ID, client, own, st.Now)
	t.access.render(p.Access, client, own, st.Now)
	show(t.links, p.Access != nil)
	show(t.toID, p.ID != nil)
	show(t.refresh, p.Access != nil)
	t.renews.SetText(words.RefreshTokenText(a))
	show(t.waits, p.Loading && p.ID == nil && p.Access == nil)
	show(t.none, p.ID == nil && p.Access == nil && !p.Loading && p.Problem == "")
}

// ownClaims are the meanings of the claims that only a provider has.
func ownClaims(st state.State, provider string) map[string]string {
	if p := st.Provider(provider); p != nil {
		return p.Claims
	}
	return nil
}

// tokenCard is one token.
type tokenCard struct {
	object *fyne.Container
	title  *widget.Text
	chip   *widget.Chip
	show   *widget.Button
	life   *lifetime
	token  *widget.TokenView
	opaque *widget.Text
	claims *widget.ClaimsTable
	header *widget.ClaimsTable
	checks *widget.ChecksList
	both   *fyne.Container
	side   *widget.Card
	words  string
}

func newTokenCard(k *kit, kind state.TokenKind, opaque string) *tokenCard {
	c := &tokenCard{words: opaque}
	s := k.store
	c.title = widget.NewSubtitle("")
	c.chip = widget.NewChip("", widget.ToneOK, widget.SignDone)
	c.show = k.small(lang.L("Show"), widget.ButtonQuiet, func() { s.Tokens.Show(kind) })
	c.life = newLifetime()
	c.token = widget.NewTokenView(func(text string) { s.Tokens.CopySelected(kind, text) })
	c.token.SetKeys(k.keys)
	c.opaque = widget.NewMuted(opaque)
	c.claims, c.header = k.claimsTable(), k.claimsTable()
	c.checks = widget.NewChecksList()
	c.checks.SetKeys(k.keys)
	c.side = titled(lang.L("Checks"), c.checks)
	// Below each other: claims side by side with the checks would break into
	// many short lines.
	c.both = widget.NewColumn(theme.Gap, c.side,
		titled(lang.L("Claims"), c.claims), titled(lang.L("Header"), c.header))
	card := widget.NewCard(widget.NewColumn(theme.Gap,
		widget.NewRow(10, 0, c.title, c.chip),
		widget.NewFlow(10, theme.GapSmall, c.show,
			k.small(lang.L("Copy"), widget.ButtonQuiet, func() { s.Tokens.CopyShown(kind) }),
			k.small(lang.L("Inspect"), widget.ButtonQuiet, func() { s.Inspector.OpenToken(kind) })),
		c.life.object, c.opaque, c.token))
	c.object = widget.NewColumn(theme.Gap, card, c.both)
	return c
}

func (c *tokenCard) render(v *state.TokenView, clientID string, own map[string]string, now time.Time) {
	show(c.object, v != nil)
	if v == nil {
		return
	}
	c.title.SetText(v.Title)
	setCheckChip(c.chip, v.Checks)
	c.show.SetText(showOrHide(v.Shown))
	c.life.render(v, now)
	c.renderText(v)
	show(c.both, v.JWT)
	if v.JWT {
		c.claims.Set(claims(words.Claims(v.Claims, clientID, own, now)))
		c.header.Set(claims(words.HeaderClaims(v.Header)))
		c.checks.Set(checks(v.Checks))
		show(c.side, len(v.Checks) > 0)
	}
}

// renderText shows the token itself if it was asked for.
func (c *tokenCard) renderText(v *state.TokenView) {
	show(c.opaque, !v.JWT)
	parts := make([]string, 1)
	if v.JWT {
		parts = make([]string, 3) // RFC 7515 §3.1
	}
	if v.Shown {
		parts = strings.SplitN(v.Raw.Reveal(), ".", len(parts))
	}
	c.token.Set(v.Shown, parts...)
}

func checks(list []idtoken.Check) []widget.Check {
	out := make([]widget.Check, len(list))
	for i, c := range list {
		out[i] = widget.Check{Name: words.CheckName(c.Name), Reason: words.CheckReason(c), Sign: widget.SignPending}
		switch c.Outcome {
		case idtoken.Passed:
			out[i].Sign = widget.SignDone
		case idtoken.Failed:
			out[i].Sign = widget.SignFailed
		case idtoken.Skipped:
		}
	}
	return out
}
