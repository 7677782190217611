package screen

import (
	"path/filepath"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// mostPrograms bounds the rows; the older ones are listed by a command.
const mostPrograms = 100

// programList is the cards of the programs that were allowed and denied.
type programList struct {
	kit      *kit
	accounts bool
	object   *fyne.Container
	unread   *widget.Notice
	allowed  *programRows
	none     *widget.EmptyState
	waits    *fyne.Container
	more     *widget.Text
	denied   *programRows
	refused  *widget.Card
}

// newProgramList returns the cards; accounts says whether each row names its account.
func newProgramList(k *kit, accounts bool) *programList {
	l := &programList{
		kit: k, accounts: accounts, unread: widget.NewNotice(widget.ToneWarn, "", ""),
		allowed: newProgramRows(k), denied: newProgramRows(k), more: widget.NewMuted(""),
	}
	l.none = widget.NewEmptyState(widget.DrawingPrograms, "", lang.L("No program is allowed to get tokens by itself."), nil)
	l.waits = widget.NewColumn(theme.GapTiny, widget.NewSkeleton(widget.NewLabel("program")), widget.NewSkeleton(widget.NewLabel("/usr/local/bin/program")))
	l.refused = titled(lang.L("Denied"), widget.NewMuted(lang.L("A denied program is not asked about again for a minute.")), l.denied.object)
	l.object = widget.NewColumn(theme.GapLarge, l.unread, titled(lang.L("Allowed"), l.waits, l.none.Container, l.allowed.object, l.more), l.refused)
	return l
}

// set sets everything; the page around it lays it out.
func (l *programList) set(st state.State, p state.ProgramsPage) {
	grants, denials := p.InForce(st.Now)
	l.unread.Set(widget.ToneWarn, "", p.Unread)
	show(l.unread, p.Unread != "")
	show(l.waits, !p.Read && p.Unread == "")
	show(l.none.Container, len(grants) == 0 && p.Read && p.Unread == "")
	hidden := max(0, len(grants)-mostPrograms)
	l.more.SetText(lang.L("{{.Count}} more: claviger agent grants", map[string]any{"Count": hidden}))
	show(l.more, hidden > 0)
	rows := make([]programRow, 0, len(grants)-hidden)
	for _, g := range grants[:len(grants)-hidden] {
		taken := p.Taken[g.ID]
		row := programRow{name: filepath.Base(g.Path), path: g.Path, button: lang.L("Take back"), tapped: func() { l.kit.store.Programs.ToggleGrant(g.ID) }}
		given := map[string]any{"Clock": words.Clock(st.Now, g.Given)}
		row.detail = lang.L("Allowed {{.Clock}}, always", given)
		if !g.Until.IsZero() {
			given["Until"] = words.ClockOnly(st.Now, g.Until)
			row.detail = lang.L("Allowed {{.Clock}}, until {{.Until}}", given)
		}
		if g.IDToken {
			row.detail += " · " + lang.L("the ID token too")
		}
		if taken {
			row.button, row.detail = lang.L("Undo"), lang.L("Taken back: it is asked about again")
		}
		rows = append(rows, l.of(st, g.Account, row))
	}
	l.allowed.set(rows)
	rows = nil
	for _, d := range denials {
		rows = append(rows, l.of(st, d.Account, deniedRow(l.kit, st, d)))
	}
	l.denied.set(rows)
	show(l.refused, len(denials) > 0)
}

func deniedRow(k *kit, st state.State, d consent.Denial) programRow {
	return programRow{
		name: programName(d.Program), path: d.Program.Path,
		detail: lang.L("Denied {{.Clock}}, until {{.Until}}", map[string]any{"Clock": words.Clock(st.Now, d.At), "Until": words.ClockOnly(st.Now, d.Until)}),
		button: lang.L("Ask again"), tapped: func() { k.store.Programs.AskAgain(d) },
	}
}

// of names the account of a row.
func (l *programList) of(st state.State, id string, row programRow) programRow {
	if !l.accounts {
		return row
	}
	name := id
	if a := st.AccountByID(id); a != nil {
		name = words.At(plain.Short(words.DisplayName(a)), words.ProviderName(a, st.Provider(a.Provider)))
	}
	row.detail = name + " · " + row.detail
	return row
}

// programRow is a program with what it was answered.
type programRow struct {
	name, path, detail, button string
	tapped                     func()
}

// programRows are rows that are used again.
type programRows struct {
	kit    *kit
	object *fyne.Container
	rows   []*programLine
}

type programLine struct {
	object             *fyne.Container
	name, path, detail *widget.Text
	button             *widget.Button
	tapped             func()
}

func newProgramRows(k *kit) *programRows {
	return &programRows{kit: k, object: widget.NewColumn(theme.Gap)}
}

func (r *programRows) set(rows []programRow) {
	for len(r.rows) < len(rows) {
		r.rows = append(r.rows, r.line())
		r.object.Add(r.rows[len(r.rows)-1].object)
	}
	for i, line := range r.rows {
		show(line.object, i < len(rows))
		if i >= len(rows) {
			line.name.SetText("")
			line.path.SetText("")
			line.detail.SetText("")
			continue
		}
		line.name.SetText(plain.Line(rows[i].name, 100))
		line.path.SetText(plain.Line(rows[i].path, 400))
		show(line.path, rows[i].path != "")
		line.detail.SetText(rows[i].detail)
		line.button.SetText(rows[i].button)
		line.tapped = rows[i].tapped
	}
	show(r.object, len(rows) > 0)
}

func (r *programRows) line() *programLine {
	l := &programLine{}
	l.name = widget.NewText("", widget.TextStyle{Bold: true, Fit: widget.FitEllipsis})
	l.path = widget.NewText("", widget.TextStyle{Mono: true, Color: theme.ColorMuted, Fit: widget.FitEllipsis})
	l.detail = widget.NewMuted("")
	l.button = r.kit.small("", widget.ButtonQuiet, func() { l.tapped() })
	l.object = widget.NewRow(theme.Gap, 0, widget.NewCopyArea(widget.NewColumn(theme.GapTiny, l.name, l.path, l.detail), l.name, l.path, l.detail), l.button)
	return l
}
