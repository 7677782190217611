package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// inspectedChecks says how the checks came out, and offers to ask who can say more.
type inspectedChecks struct {
	card   *widget.Card
	list   *widget.ChecksList
	busy   *widget.Text
	lookUp *widget.Button
	about  *widget.Text
	ask    *widget.Button
	ways   *fyne.Container
	said   *widget.ClaimsTable
	saying *widget.Text
}

func newInspectedChecks(k *kit) *inspectedChecks {
	s := k.store
	c := &inspectedChecks{list: widget.NewChecksList(), busy: widget.NewMuted(lang.L("Getting keys…")), about: widget.NewMuted(""), said: k.claimsTable()}
	c.list.SetKeys(k.keys)
	c.lookUp = k.button(lang.L("Look up its keys"), widget.ButtonQuiet, s.Inspector.LookUpKeys)
	c.ask = k.button(lang.L("Ask the provider about it"), widget.ButtonQuiet, s.Inspector.Ask)
	c.saying = widget.NewText(lang.L("What the provider says of it now"), widget.TextStyle{Bold: true, Fit: widget.FitWrap})
	c.ways = widget.NewFlow(10, 10, c.lookUp, c.ask)
	c.card = titled(lang.L("Checks"), c.list, c.busy, widget.NewCopyArea(c.about), c.ways, c.saying, c.said)
	return c
}

func (c *inspectedChecks) render(p state.InspectorPage, st state.State) {
	v := p.Token
	show(c.card, v != nil && (v.JWT || p.CanAsk))
	if v == nil {
		c.list.Set(nil)
		c.said.Set(nil)
		return
	}
	c.list.Set(checks(v.Checks))
	show(c.list, len(v.Checks) > 0)
	show(c.busy, p.Checking)
	show(c.lookUp, p.LookUp != "" && !p.Checking)
	text := ""
	switch {
	case p.LookUp != "":
		text = lang.L("You have set up no provider with this issuer. Looking up asks {{.Issuer}} for its public keys; the token is not sent.", map[string]any{"Issuer": plain.Phrase(p.LookUp, 200)})
	case p.NoLookUp != "":
		text = lang.L("The signature cannot be checked: {{.Reason}}.", map[string]any{"Reason": words.Said(p.NoLookUp)})
	}
	c.about.SetText(text)
	show(c.about, text != "")
	show(c.ask, p.CanAsk)
	show(c.ways, c.lookUp.Visible() || p.CanAsk)
	setBusy(c.ask, p.Asking, lang.L("Ask the provider about it"), lang.L("Asking…"))
	c.said.Set(explained(words.Introspected(p.Said, ownOf(p), st.Now)))
	show(c.said, len(p.Said) > 0)
	show(c.saying, len(p.Said) > 0)
}

// ownOf are the meanings of the claims that only the token's provider has.
func ownOf(p state.InspectorPage) map[string]string {
	if p.Provider == nil {
		return nil
	}
	return p.Provider.Claims
}

// inspectedClaims has the claims and the header.
type inspectedClaims struct {
	cards     *fyne.Container
	card      *widget.Card
	filter    *widget.Entry
	count     *widget.Text
	none      *widget.EmptyState
	table     *widget.ClaimsTable
	more      *fyne.Container
	header    *widget.Card
	members   *widget.ClaimsTable
	disclosed *widget.Card
	beside    *widget.ClaimsTable
	inner     *widget.Card
	within    *widget.ClaimsTable
}

func newInspectedClaims(k *kit) *inspectedClaims {
	s := k.store
	c := &inspectedClaims{count: widget.NewMuted("")}
	c.filter = k.entry(lang.L("Find a claim"))
	c.filter.OnChanged = s.Inspector.Filter
	c.table = widget.NewClaimsTable(0, func(claim widget.Claim) { s.Inspector.CopyClaim(claim.Name) })
	c.table.SetKeys(k.keys)
	c.members, c.beside, c.within = k.claimsTable(), k.claimsTable(), k.claimsTable()
	c.none = widget.NewEmptyState(widget.DrawingSearch, "", lang.L("No matching claims"), nil)
	c.more = widget.NewFlow(10, 10, k.small(lang.L("Show more"), widget.ButtonQuiet, s.Inspector.More))
	c.card = titled(lang.L("Claims"), c.filter, c.none.Container, c.table, c.count, c.more)
	c.header = titled(lang.L("Header"), c.members)
	c.disclosed = titled(lang.L("Disclosed with it"), c.beside)
	c.inner = titled(lang.L("Token inside"), c.within)
	c.cards = widget.NewColumn(theme.Gap, c.card, c.disclosed, c.inner, c.header)
	return c
}

// someClaims is how many claims there are before there is a field to find one.
const someClaims = 30

func (c *inspectedClaims) render(p state.InspectorPage, st state.State) {
	v := p.Token
	show(c.cards, v != nil)
	if v == nil {
		for _, t := range []*widget.ClaimsTable{c.table, c.members, c.beside, c.within} {
			t.Set(nil)
		}
		setEntry(c.filter, "")
		return
	}
	list, of := words.ClaimsShown(v.Claims, ownOf(p), p.Filter, p.Most, st.Now)
	c.table.Set(explained(list))
	show(c.none.Container, len(list) == 0 && len(v.Claims) > 0)
	if c.filter.Text != p.Filter {
		setEntry(c.filter, p.Filter)
	}
	show(c.filter, len(v.Claims) > someClaims)
	c.count.SetText(lang.L("{{.Shown}} of {{.All}} claims", map[string]any{"Shown": len(list), "All": len(v.Claims)}))
	show(c.count, len(list) < len(v.Claims))
	show(c.more, len(list) < of)
	show(c.card, v.Claims != nil)
	c.members.Set(explained(words.HeaderClaims(v.Header)))
	show(c.header, len(v.Header) > 0)
	c.beside.Set(explained(words.Disclosed(v.Read.Disclosures, st.Now)))
	show(c.disclosed, len(v.Read.Disclosures) > 0)
	inner := v.Read.Inner
	show(c.inner, inner != nil && inner.IsJWT())
	if inner != nil {
		within, _ := words.ClaimsShown(inner.Claims, ownOf(p), "", p.Most, st.Now)
		c.within.Set(explained(within))
	}
}

// explained are claims with their meaning and the standard that has it.
func explained(list []words.Claim) []widget.Claim {
	out := claims(list)
	for i, c := range list {
		if c.Standard != "" {
			out[i].Meaning = c.Meaning + "\n" + c.Standard
		}
	}
	return out
}

// inspectedCompare compares the token with another one.
type inspectedCompare struct {
	card    *widget.Card
	paste   *widget.Entry
	other   *widget.Button
	former  *widget.Button
	stop    *widget.Button
	with    *widget.Text
	summary *widget.Text
	table   *widget.ClaimsTable
	wrong   *widget.Notice
	// shown is what was compared last, reveal what came of it: it is below the button.
	shown  *inspect.Comparison
	reveal fyne.CanvasObject
}

func newInspectedCompare(k *kit) *inspectedCompare {
	s := k.store
	c := &inspectedCompare{with: widget.NewMuted(""), summary: widget.NewText("", widget.TextStyle{Bold: true, Fit: widget.FitWrap}), table: k.claimsTable(), wrong: widget.NewNotice(widget.ToneWarn, "", "")}
	paste, compare := tokenEntry(k, lang.L("Paste the earlier token here"), lang.L("Compare"), s.Inspector.CompareWith)
	c.paste = paste
	c.other = k.button(lang.L("Compare with the account's other token"), widget.ButtonQuiet, s.Inspector.CompareWithOther)
	c.former = k.button(lang.L("Compare with the token before"), widget.ButtonQuiet, s.Inspector.CompareWithFormer)
	c.stop = k.button(lang.L("Stop comparing"), widget.ButtonQuiet, s.Inspector.StopComparing)
	c.card = titled(lang.L("Compare"), widget.NewMuted(lang.L("See which claims this token gained, lost or changed since an earlier one.")),
		c.paste, widget.NewFlow(10, 10, k.button(lang.L("Paste"), widget.ButtonQuiet, s.Inspector.PasteToCompare), compare, c.former, c.other, c.stop),
		c.wrong, c.summary, c.table)
	return c
}

// mostDifferences is how many differences are listed.
const mostDifferences = 200

func (c *inspectedCompare) render(p state.InspectorPage, st state.State) {
	show(c.card, p.Token != nil && p.Token.JWT)
	show(c.other, p.Account != "")
	show(c.former, p.Account != "")
	show(c.stop, p.Before != nil)
	if p.CompareBy != "" && !c.wrong.Visible() {
		c.reveal = c.wrong
	}
	if p.Compared != nil && p.Compared != c.shown {
		c.reveal = c.table
	}
	c.shown = p.Compared
	c.wrong.Set(widget.ToneWarn, "", p.CompareBy)
	show(c.wrong, p.CompareBy != "")
	show(c.summary, p.Compared != nil)
	show(c.table, p.Compared != nil)
	if p.Compared == nil {
		c.table.Set(nil)
		return
	}
	c.summary.SetText(words.ComparedSummary(p.Compared))
	c.table.Set(claims(words.Compared(p.Compared, mostDifferences, st.Now)))
}

// settle brings what came of comparing into view, once the page is laid out.
func (c *inspectedCompare) settle(k *kit) {
	if o := c.reveal; o != nil {
		c.reveal = nil
		k.bringTop(o)
	}
}
