package screen

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// drawn is one thing that a window draws, with a %s in place of each colour. Fyne's own
// markup says where something is within its parent, and has numbers for most colours:
// moving a card would change every line in it, and no golden would hold for both themes.
type drawn struct {
	line   string
	colors []color.Color
}

// drawing lists what is drawn, at its place in the window, in the order of the drawing.
func drawing(content fyne.CanvasObject) []drawn {
	var out []drawn
	walk(content, laid{o: content, clipTo: fyne.NewPos(1e6, 1e6)}, func(at laid) bool {
		if d, ok := draw(at); ok {
			out = append(out, d)
		}
		return true
	})
	return out
}

// draw writes an object down; false if nothing of it is seen or heard.
func draw(at laid) (drawn, bool) {
	from := fmt.Sprintf("%d,%d", pixel(at.pos.X), pixel(at.pos.Y))
	size := fmt.Sprintf("%dx%d", pixel(at.o.Size().Width), pixel(at.o.Size().Height))
	switch o := at.o.(type) {
	case *canvas.Text:
		return drawn{fmt.Sprintf("text %s %q %%s%s", from, shorter(o.Text), textStyle(o)), []color.Color{o.Color}}, o.Text != ""
	case *canvas.Rectangle:
		return shape("box "+from+" "+size, o.FillColor, o.StrokeColor, o.StrokeWidth)
	case *canvas.Circle:
		return shape("disc "+from+" "+size, o.FillColor, o.StrokeColor, o.StrokeWidth)
	case *canvas.Line:
		return drawn{fmt.Sprintf("line %s %s %%s", from, size), []color.Color{o.StrokeColor}}, seen(o.StrokeColor)
	case *canvas.Image:
		return drawImage(o, from, size)
	case *fyne.Container:
		return drawn{}, false
	case fyne.Focusable: // what the keyboard reaches, and how it is read out
		if belowTexts(o) {
			return drawn{}, false
		}
		line := fmt.Sprintf("[%s] %s %s", kind(o), from, size)
		if a, ok := o.(fyne.Accessible); ok {
			line += fmt.Sprintf(" %q", shorter(a.AccessibilityLabel()))
		}
		if d, ok := o.(fyne.Disableable); ok && d.Disabled() {
			line += " off"
		}
		return drawn{line: strings.ReplaceAll(line, "%", "%%")}, true
	case fyne.Widget:
		return drawn{}, false
	default:
		return drawn{line: fmt.Sprintf("%s %s %s", kind(o), from, size)}, true
	}
}

// belowTexts reports what lies below texts, so that a part of one can be selected.
func belowTexts(o any) bool { return kind(o) == "selectArea" || kind(o) == "pageArea" }

func kind(o any) string {
	_, name, _ := strings.Cut(reflect.TypeOf(o).String(), ".")
	return name
}

func pixel(v float32) int { return int(math.Round(float64(v))) }

// shorter is a text without what is beyond any line of a page.
func shorter(text string) string {
	const enough = 120
	text = strings.ReplaceAll(text, "%", "%%")
	if n := utf8.RuneCountInString(text); n > enough {
		return fmt.Sprintf("%s… (%d)", string([]rune(text)[:enough]), n)
	}
	return text
}

func textStyle(t *canvas.Text) string {
	out := ""
	if t.TextStyle.Bold {
		out += " bold"
	}
	if t.TextStyle.Monospace {
		out += " mono"
	}
	if t.TextSize != fynetheme.TextSize() {
		out += fmt.Sprintf(" %g", t.TextSize)
	}
	if t.Alignment != fyne.TextAlignLeading {
		out += fmt.Sprintf(" within %d", pixel(t.Size().Width))
	}
	return out
}

// drawImage writes a picture down. The name of a drawing in the theme's colours has them:
// "drawing-5d6b78.svg".
func drawImage(o *canvas.Image, from, size string) (drawn, bool) {
	d := drawn{line: fmt.Sprintf("image %s %s ", from, size)}
	if o.Resource == nil {
		d.line += "picture"
		return d, o.Image != nil
	}
	for _, part := range strings.SplitAfter(o.Resource.Name(), "-") {
		c := color.NRGBA{A: 0xff}
		if n, _ := fmt.Sscanf(part, "%02x%02x%02x", &c.R, &c.G, &c.B); n == 3 {
			d.colors = append(d.colors, c)
			part = "%s" + part[6:]
		}
		d.line += part
	}
	return d, true
}

// shape writes down what has a ground and a line around it.
func shape(what string, fill, line color.Color, width float32) (drawn, bool) {
	if width == 0 || !seen(line) {
		return drawn{what + " %s", []color.Color{fill}}, seen(fill)
	}
	return drawn{fmt.Sprintf("%s %%s line %%s %g", what, width), []color.Color{fill, line}}, true
}

func seen(c color.Color) bool { return c != nil && nrgba(c).A > 0 }

func nrgba(c color.Color) color.NRGBA {
	if c == nil {
		return color.NRGBA{}
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x%02x", c.R, c.G, c.B, c.A) }

// colorNames are the names of the colours of the usual look, by what they are in light
// and in dark. Of two names for the same colours the first is taken.
func colorNames() map[[2]color.NRGBA]string {
	light, dark := theme.New(theme.ChoiceLight), theme.New(theme.ChoiceDark)
	names := []fyne.ThemeColorName{
		fynetheme.ColorNameForeground, theme.ColorMuted, theme.ColorAccent, theme.ColorOnAccent, theme.ColorOK, theme.ColorWarn, theme.ColorBad,
		theme.ColorSurface, theme.ColorRail, theme.ColorLine, theme.ColorSoft, theme.ColorBrass, theme.ColorOKSoft, theme.ColorWarnSoft, theme.ColorBadSoft,
		theme.ColorShade, theme.ColorJWTHeader, theme.ColorJWTPayload, theme.ColorJWTSignature, fynetheme.ColorNameBackground, fynetheme.ColorNameFocus,
		fynetheme.ColorNameDisabled, fynetheme.ColorNameHover, fynetheme.ColorNamePressed, fynetheme.ColorNameShadow, fynetheme.ColorNameScrollBar,
	}
	for _, c := range theme.AccountColors() {
		names = append(names, theme.AccountColor(c))
	}
	out := map[[2]color.NRGBA]string{{}: "none"}
	for _, name := range names {
		pair := [2]color.NRGBA{nrgba(light.Color(name, 0)), nrgba(dark.Color(name, 0))}
		if _, taken := out[pair]; !taken {
			out[pair] = strings.ToLower(strings.TrimPrefix(string(name), "claviger"))
		}
	}
	return out
}

// inBothThemes writes down what is drawn in light and in dark, which differ in nothing
// but their colours.
func inBothThemes(t *testing.T, names map[[2]color.NRGBA]string, light, dark []drawn) []string {
	t.Helper()
	if len(light) != len(dark) {
		t.Errorf("%d things are drawn in light, %d in dark", len(light), len(dark))
		return nil
	}
	out := make([]string, len(light))
	for i, l := range light {
		d := dark[i]
		if l.line != d.line {
			t.Errorf("in light %q, in dark %q", l.line, d.line)
		}
		colors := make([]any, len(l.colors))
		for j := range l.colors {
			pair := [2]color.NRGBA{nrgba(l.colors[j]), nrgba(d.colors[j])}
			if colors[j] = names[pair]; colors[j] == "" {
				colors[j] = hex(pair[0]) + "/" + hex(pair[1])
			}
		}
		out[i] = fmt.Sprintf(l.line, colors...)
	}
	return out
}
