package screen

import (
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// agree asks before something comes in that the person has to vouch for.
type agree struct {
	*widget.Notice
	yes, no *widget.Button
}

// newAgree asks with that word for yes.
func newAgree(k *kit, yes string, agreed func()) *agree {
	a := &agree{
		yes: k.small(yes, widget.ButtonDanger, agreed),
		no:  k.small(lang.L("Cancel"), widget.ButtonQuiet, k.store.Disagree),
	}
	a.Notice = widget.NewNotice(widget.ToneWarn, "", "", a.yes, a.no)
	return a
}

// render shows the question, if there is one.
func (a *agree) render(q *state.Agreement) {
	show(a, q != nil)
	if q != nil {
		a.Set(widget.ToneWarn, q.Question, q.Text(), a.yes, a.no)
	}
}
