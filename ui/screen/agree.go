package screen

import (
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// agree asks before something comes in that the person has to vouch for. As with other
// questions, the answer that does nothing comes first and gets the keyboard.
type agree struct {
	kit     *kit
	notice  *widget.Notice
	no, yes *widget.Button
}

// newAgree asks with that word for yes.
func newAgree(k *kit, yes string, agreed func()) *agree {
	a := &agree{
		kit: k,
		no:  k.small(lang.L("Cancel"), widget.ButtonQuiet, k.store.Disagree),
		yes: k.small(yes, widget.ButtonDanger, agreed),
	}
	a.notice = widget.NewNotice(widget.ToneWarn, "", "", a.no, a.yes)
	a.notice.Hide()
	return a
}

// render shows the question, if there is one.
func (a *agree) render(q *state.Agreement) {
	asked := a.notice.Visible()
	show(a.notice, q != nil)
	if q == nil {
		return
	}
	a.notice.Set(widget.ToneWarn, q.Question, q.Text(), a.no, a.yes)
	if !asked {
		a.kit.focus(a.no)
	}
}
