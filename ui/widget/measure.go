package widget

import (
	"sort"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-text/typesetting/segmenter"
)

const ellipsisMark = "…"

// measure knows how wide text of a size and style is.
type measure struct {
	size  float32
	style fyne.TextStyle
}

func (m measure) width(text string) float32 {
	if text == "" {
		return 0
	}
	return m.drawn(text).Width
}

func (m measure) lineHeight() float32 { return m.drawn("Mg").Height }

func (m measure) drawn(text string) fyne.Size {
	size, _ := app().Driver().RenderedTextSize(text, m.size, m.style, typeface(text, m.style))
	return size
}

// draw has a text drawn as it is measured.
func (m measure) draw(line *canvas.Text, text string) {
	line.Text, line.TextSize, line.TextStyle, line.FontSource = text, m.size, m.style, typeface(text, m.style)
}

// ellipsis shortens a text to a width.
func (m measure) ellipsis(text string, width float32) string {
	if m.width(text) <= width {
		return text
	}
	letters := []rune(text)
	n := whole(letters, m.fitting(letters, width-m.width(ellipsisMark)))
	return strings.TrimRight(string(letters[:n]), " ") + ellipsisMark
}

// fitting is how many of the letters fit into a width.
func (m measure) fitting(letters []rune, width float32) int {
	return sort.Search(len(letters), func(n int) bool { return m.width(string(letters[:n+1])) > width })
}

// wrap breaks a text into lines at spaces, and inside a word if it is wider
// than the line. With maxLines above zero the rest is cut with an ellipsis.
func (m measure) wrap(text string, width float32, maxLines int) []string {
	var lines []string
	for _, paragraph := range paragraphs(text) {
		lines = append(lines, m.wrapLine(paragraph, width)...)
	}
	if maxLines <= 0 || len(lines) <= maxLines {
		return lines
	}
	rest := strings.Join(lines[maxLines-1:], " ")
	return append(lines[:maxLines-1:maxLines-1], m.ellipsis(cut(rest, 512), width))
}

func (m measure) wrapLine(text string, width float32) []string {
	var lines []string
	line, atSpace := "", false
	for _, word := range strings.Split(text, " ") {
		gap := " "
		for _, piece := range pieces(word) {
			candidate := piece
			if line != "" {
				candidate = line + gap + piece
			}
			space := gap != ""
			gap = ""
			if m.width(candidate) <= width {
				line = candidate
				continue
			}
			if line != "" {
				lines, atSpace = append(lines, line), space
			}
			var broken []string
			broken, line = m.breakWord(piece, width)
			lines = append(lines, broken...)
		}
	}
	lines = append(lines, line)
	if atSpace {
		m.accompany(lines, width)
	}
	return lines
}

// accompany takes a word from the line before if the last one is a short word alone.
func (m measure) accompany(lines []string, width float32) {
	last := len(lines) - 1
	before, word, ok := cutLast(lines[last-1])
	if !ok || lines[last] == "" || strings.Contains(lines[last], " ") || m.width(lines[last]) > width/4 {
		return
	}
	if line := word + " " + lines[last]; m.width(line) <= width/2 {
		lines[last-1], lines[last] = before, line
	}
}

// cutLast cuts the last word off a line that has others.
func cutLast(line string) (before, word string, ok bool) {
	i := strings.LastIndex(line, " ")
	if i <= 0 {
		return line, "", false
	}
	return line[:i], line[i+1:], true
}

// pieces are the parts of a word between which a line may end. Japanese and Chinese
// have no spaces: their lines end between most characters, but not before a full stop
// (UAX #14). Other words, such as addresses, stay whole as long as they fit.
func pieces(word string) []string {
	if !strings.ContainsFunc(word, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }) {
		return []string{word}
	}
	var (
		out  []string
		seg  segmenter.Segmenter
		text = []rune(word)
	)
	seg.Init(text)
	for lines := seg.LineIterator(); lines.Next(); {
		out = append(out, string(lines.Line().Text))
	}
	return out
}

// breakWord cuts a word into full lines and the rest.
func (m measure) breakWord(word string, width float32) (full []string, rest string) {
	letters := []rune(word)
	for len(letters) > 0 && m.width(string(letters)) > width {
		n := breakable(letters, m.fitting(letters, width))
		full = append(full, string(letters[:n]))
		letters = letters[n:]
	}
	return full, string(letters)
}

// breakable is where a word that is cut after n letters is better cut: after a hyphen or
// a slash that is not far, and not within what is seen as one letter.
func breakable(letters []rune, n int) int {
	for i := n; i > 2*n/3; i-- {
		if letters[i-1] == '-' || letters[i-1] == '/' {
			return i
		}
	}
	for at := n; at < len(letters); at++ {
		if end := whole(letters, at); end > 0 {
			return end
		}
	}
	return len(letters)
}

// whole is n, or less if that is within what is seen as one letter: one with its marks, or
// an emoji of several (UAX #29).
func whole(letters []rune, n int) int {
	if n <= 0 || n >= len(letters) || letters[n] < combining && letters[n-1] < combining {
		return n
	}
	var seg segmenter.Segmenter
	seg.Init(letters[:min(len(letters), n+clusterMost)])
	at := 0
	for clusters := seg.GraphemeIterator(); clusters.Next(); {
		c := clusters.Grapheme()
		if c.Offset+len(c.Text) > n {
			break
		}
		if end := c.Offset + len(c.Text); letters[end-1] != joiner { // the segmenter misses the rest of an emoji behind another
			at = end
		}
	}
	return at
}

// Below combining, every character is seen by itself; what is seen as one letter has no
// more than clusterMost.
const combining, joiner, clusterMost = '\u0300', '\u200d', 64

func paragraphs(text string) []string { return strings.Split(text, "\n") }

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", " ") }

// cut bounds a text to so many letters.
func cut(text string, letters int) string {
	runes := []rune(text)
	if len(runes) <= letters {
		return text
	}
	return string(runes[:letters])
}
