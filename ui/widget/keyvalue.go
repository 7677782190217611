package widget

import "github.com/claviger/claviger/ui/theme"

// KV is a line of a KeyValue.
type KV struct {
	Label string
	Value string
	// Mono is for ids and addresses.
	Mono bool
	// Note stands after the value with a sign, for example "verified".
	Note string
	Tone Tone
	Sign SignKind
}

// KeyValue shows labels with their values. Values wrap; with an OnCopy they
// can be copied by tapping, or with the arrow keys and Enter.
type KeyValue struct {
	grid

	lines []KV
}

// NewKeyValue returns an empty KeyValue with a column of labels of a width, 0
// for the usual one. The onCopy function may be nil.
func NewKeyValue(labelWidth float32, onCopy func(KV)) *KeyValue {
	if labelWidth <= 0 {
		labelWidth = 138
	}
	k := &KeyValue{}
	k.init(k, theme.Gap, 9, track{width: labelWidth, most: 0.4}, track{share: 1})
	k.stack = 225
	k.copied = func(row int) { copyTo(plainText(k.lines[row].Value)) }
	if onCopy != nil {
		k.copied = func(row int) { onCopy(k.lines[row]) }
		k.onRow(k.copied)
	}
	return k
}

// Set changes everything.
func (k *KeyValue) Set(lines []KV) {
	k.lines = lines
	rows := make([][]cell, len(lines))
	for i, line := range lines {
		style := TextStyle{Mono: line.Mono, Fit: FitWrap, MaxLines: 6}
		rows[i] = []cell{
			{text: line.Label, style: TextStyle{Color: theme.ColorMuted, Fit: FitWrap}},
			{text: line.Value, style: style, note: line.Note, sign: line.Sign, tone: line.Tone.Foreground()},
		}
	}
	k.set(rows)
}
