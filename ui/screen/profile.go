package screen

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// profile is who the account is.
type profile struct {
	page    *widget.Page
	age     *age
	clock   *clock
	facts   *widget.KeyValue
	missing *widget.Notice
	summary *widget.Text
	chips   *fyne.Container
	made    string
	perms   *widget.Card
	fold    *widget.Button
	all     *widget.Card
	fields  *widget.ClaimsTable
	account string
}

func newProfile(k *kit) tab {
	p := &profile{age: newAge(), clock: newClock(), facts: k.keyValue(0, true), missing: widget.NewNotice(widget.ToneWarn, "", "")}
	p.summary = widget.NewLabelMuted("")
	p.chips = widget.NewFlow(6, 6)
	p.perms = widget.NewCard(widget.NewColumn(10, widget.NewRow(theme.Gap, 0, widget.NewSubtitle(lang.L("Permissions")), p.summary), p.chips))
	p.fold = k.small("", widget.ButtonQuiet, k.store.ToggleAllFields)
	p.fields = k.claimsTable()
	p.all = widget.NewCard(widget.NewColumn(10, widget.NewFlow(0, 0, p.fold), p.fields))
	p.page = widget.NewSubpage(p.clock.notice, p.age.object, widget.NewCard(p.facts), p.missing, p.perms, p.all)
	return p
}

func (p *profile) object() fyne.CanvasObject { return p.page }

func (p *profile) render(st state.State, a *auth.Account) {
	p.set(st, a)
	if p.account != a.ID {
		p.account = a.ID
		p.page.ScrollToTop()
	}
	p.page.Refresh()
}

func (p *profile) tick(st state.State, a *auth.Account) {
	p.set(st, a)
	p.page.Settle()
}

func (p *profile) set(st state.State, a *auth.Account) {
	provider := st.Provider(a.Provider)
	p.clock.render(a)
	p.age.render(words.ProfileAge(a, st.Now))
	p.facts.Set(pairs(words.ProfilePairs(a, provider, st.Now)))
	lines := words.Missing(a.Missing)
	p.missing.Set(widget.ToneWarn, lang.L("Some details are missing"), strings.Join(lines, "\n"))
	show(p.missing, len(lines) > 0)
	p.renderPermissions(words.Permissions(a, provider))
	count := map[string]any{"Count": len(a.User.Claims)}
	text := lang.L("Show all fields the provider sent ({{.Count}})", count)
	if st.AllFields {
		text = lang.L("Hide the fields the provider sent ({{.Count}})", count)
		p.fields.Set(claims(words.Fields(a.User, ownClaims(st, a.Provider), st.Now)))
	}
	p.fold.SetText(text)
	show(p.fields, st.AllFields)
	show(p.all, len(a.User.Claims) > 0)
}

func (p *profile) renderPermissions(list []words.Permission, summary string) {
	p.summary.SetText(summary)
	show(p.perms, len(list) > 0)
	var b strings.Builder
	for _, x := range list {
		b.WriteString(x.Name + strconv.FormatBool(x.Granted) + strconv.FormatBool(x.Extra) + "\n")
	}
	if b.String() == p.made {
		return
	}
	p.made = b.String()
	p.chips.Objects = nil
	for _, x := range list {
		scope := map[string]any{"Scope": x.Name}
		switch {
		case !x.Granted:
			p.chips.Objects = append(p.chips.Objects, widget.NewCopyChip(lang.L("{{.Scope}} not granted", scope), widget.ToneWarn, widget.SignWarn, x.Name))
		case x.Extra:
			p.chips.Objects = append(p.chips.Objects, widget.NewCopyChip(lang.L("{{.Scope}} not requested", scope), widget.ToneSoft, widget.SignInfo, x.Name))
		default:
			p.chips.Objects = append(p.chips.Objects, widget.NewCopyChip(x.Name, widget.ToneOn, widget.SignDone, x.Name))
		}
	}
	p.chips.Refresh()
}
