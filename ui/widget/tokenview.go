package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// hiddenDots stand for a hidden part. Their number says nothing of its length.
const hiddenDots = "••••••••••••"

// TokenView shows a token, whole, in lines of equal length. Of the compact form of
// RFC 7515 section 3.1 each part has its colour, and the points between them keep
// them apart as well. What is shown can be selected with the mouse and the keys, and
// copied.
type TokenView struct {
	control

	letters []rune
	spans   []tokenSpan
	shown   bool
	// from and to bound the selection, in letters; from is where it began.
	from, to int
	shift    bool
	pointed  bool // the keyboard comes with the pointer
	copied   func(text string)
	laid     tokenLines
}

// tokenSpan is a stretch of letters of one colour.
type tokenSpan struct {
	from, to int
	color    fyne.ThemeColorName
}

// NewTokenView returns an empty view. copied gets what a person selected and wants
// to copy.
func NewTokenView(copied func(text string)) *TokenView {
	v := &TokenView{copied: copied}
	v.menu = func() { v.TappedSecondary(&fyne.PointEvent{}) }
	v.ExtendBaseWidget(v)
	v.Disable() // nothing to select yet
	return v
}

// Set changes everything: the parts that points keep apart, or one part. Of a token
// that is not shown only their number counts.
func (v *TokenView) Set(shown bool, parts ...string) {
	var letters []rune
	var spans []tokenSpan
	for i, part := range parts {
		if i > 0 {
			spans = append(spans, tokenSpan{len(letters), len(letters) + 1, fynetheme.ColorNameForeground})
			letters = append(letters, '.')
		}
		if !shown {
			part = hiddenDots
		}
		from := len(letters)
		letters = append(letters, []rune(part)...)
		spans = append(spans, tokenSpan{from, len(letters), tokenColor(i, len(parts))})
	}
	if v.shown == shown && slices.Equal(v.letters, letters) && slices.Equal(v.spans, spans) {
		return
	}
	v.shown, v.letters, v.spans, v.from, v.to = shown, letters, spans, 0, 0
	v.laid = tokenLines{}
	if shown {
		v.Enable()
	} else {
		v.Disable()
	}
	v.Refresh()
}

func tokenColor(part, of int) fyne.ThemeColorName {
	colors := []fyne.ThemeColorName{theme.ColorJWTHeader, theme.ColorJWTPayload, theme.ColorJWTSignature}
	if of == 1 || part >= len(colors) {
		return fynetheme.ColorNameForeground
	}
	return colors[part]
}

// Selected is what is selected.
func (v *TokenView) Selected() string {
	return string(v.letters[min(v.from, v.to):max(v.from, v.to)])
}

// SelectAll selects the whole token.
func (v *TokenView) SelectAll() { v.sel(0, len(v.letters)) }

// sel selects from one letter to another.
func (v *TokenView) sel(from, to int) {
	if v.Disabled() {
		return
	}
	from, to = max(0, min(from, len(v.letters))), max(0, min(to, len(v.letters)))
	if v.from != from || v.to != to {
		v.from, v.to = from, to
		v.Refresh()
	}
}

// at is the letter at a position.
func (v *TokenView) at(pos fyne.Position) int {
	lines := v.lines(v.Size().Width)
	line := max(0, int(pos.Y/v.lineHeight()))
	column := max(0, min(lines.columns, int(pos.X/v.letter()+0.5)))
	return min(len(v.letters), line*lines.columns+column)
}

// MouseDown begins a selection; with Shift it goes on with the one before.
func (v *TokenView) MouseDown(ev *desktop.MouseEvent) {
	if v.Disabled() || ev.Button != desktop.MouseButtonPrimary {
		return
	}
	v.takeFocus()
	at := v.at(ev.Position)
	if ev.Modifier&fyne.KeyModifierShift != 0 {
		v.sel(v.from, at)
		return
	}
	v.sel(at, at)
}

// MouseUp does nothing.
func (v *TokenView) MouseUp(*desktop.MouseEvent) {}

// Dragged takes the selection to the pointer.
func (v *TokenView) Dragged(ev *fyne.DragEvent) { v.sel(v.from, v.at(ev.Position)) }

// DragEnd keeps the keyboard here, also if the pointer is elsewhere by now.
func (v *TokenView) DragEnd() { v.takeFocus() }

// takeFocus takes the keyboard. The page stays where the pointer is.
func (v *TokenView) takeFocus() {
	if v.keys.Focus == nil || v.Disabled() || v.focused {
		return
	}
	v.pointed = true
	v.keys.Focus(v)
	v.pointed = false
}

// FocusGained brings the beginning into view, for a person who came with the Tab key.
func (v *TokenView) FocusGained() {
	v.setFocused(true)
	if !v.pointed && v.keys.Moved != nil {
		v.keys.Moved(v, 0, v.lineHeight())
	}
}

// DoubleTapped selects the part under the pointer.
func (v *TokenView) DoubleTapped(ev *fyne.PointEvent) {
	at := min(v.at(ev.Position), len(v.letters)-1)
	for _, span := range v.spans {
		if at >= span.from && at < span.to {
			v.sel(span.from, span.to)
		}
	}
}

// TypedKey moves the end of the selection with Shift, or where the next begins.
func (v *TokenView) TypedKey(ev *fyne.KeyEvent) {
	columns := v.lines(v.Size().Width).columns
	to := v.to
	switch ev.Name {
	case fyne.KeyLeft:
		to--
	case fyne.KeyRight:
		to++
	case fyne.KeyUp:
		to -= columns
	case fyne.KeyDown:
		to += columns
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = len(v.letters)
	default:
		return
	}
	to = max(0, min(to, len(v.letters)))
	from := v.from
	if !v.shift {
		from = to
	}
	v.sel(from, to)
	if v.keys.Moved != nil {
		v.keys.Moved(v, float32(to/columns)*v.lineHeight(), v.lineHeight())
	}
}

// KeyDown notices Shift, and hands Escape on.
func (v *TokenView) KeyDown(ev *fyne.KeyEvent) {
	if isShift(ev.Name) {
		v.shift = true
	}
	v.control.KeyDown(ev)
}

// KeyUp notices that Shift was let go.
func (v *TokenView) KeyUp(ev *fyne.KeyEvent) {
	if isShift(ev.Name) {
		v.shift = false
	}
}

func isShift(key fyne.KeyName) bool {
	return key == desktop.KeyShiftLeft || key == desktop.KeyShiftRight
}

// FocusLost forgets Shift: it may be let go elsewhere.
func (v *TokenView) FocusLost() {
	v.shift = false
	v.control.FocusLost()
}

// TypedShortcut selects and copies, and hands on the rest. With nothing selected,
// all is copied.
func (v *TokenView) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutSelectAll:
		v.SelectAll()
	case *fyne.ShortcutCopy:
		text := v.Selected()
		if text == "" {
			text = string(v.letters)
		}
		if v.copied != nil && v.shown {
			v.copied(text)
		}
	default:
		if v.keys.Shortcut != nil {
			v.keys.Shortcut(s)
		}
	}
}

// Cursor is that of text which can be selected.
func (v *TokenView) Cursor() desktop.Cursor {
	if v.Disabled() {
		return desktop.DefaultCursor
	}
	return desktop.TextCursor
}

// MouseIn does nothing: a token looks the same under the pointer.
func (v *TokenView) MouseIn(*desktop.MouseEvent) {}

// MouseOut does nothing.
func (v *TokenView) MouseOut() {}

// AccessibilityLabel says what it is, and never reads a token out.
func (v *TokenView) AccessibilityLabel() string {
	if !v.shown {
		return lang.L("hidden token")
	}
	return lang.L("token")
}

// AccessibilityRole is that of text.
func (v *TokenView) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// TappedSecondary offers to copy what is selected of a token that is shown, or all of it.
func (v *TokenView) TappedSecondary(ev *fyne.PointEvent) {
	if v.shown && v.copied != nil {
		items := copyItems(func() { v.TypedShortcut(&fyne.ShortcutCopy{}) }, nil)
		showMenu(v, ev.Position, append(items, fyne.NewMenuItem(lang.L("Select all"), v.SelectAll)))
	}
}
