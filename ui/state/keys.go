package state

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2/lang"
)

// Keys are a shortcut: a key together with Control, which is Command on macOS, or
// alone.
type Keys struct {
	// Key is the key by Fyne's name, such as "K", "," or "F1".
	Key string
	// Shift is whether Shift is held too.
	Shift bool
	// Alt is whether Alt is held in place of Control.
	Alt bool
	// Alone is whether the key is pressed without another one.
	Alone bool
}

// String is the shortcut in words, as this system writes it: "Ctrl+K".
func (k Keys) String() string { return k.on(runtime.GOOS) }

func (k Keys) on(goos string) string {
	if k.Alone {
		return k.Key
	}
	var parts []string
	if goos == "darwin" {
		mark := "⌘"
		switch {
		case k.Alt:
			mark = "⌥"
		case k.Shift:
			mark = "⇧⌘"
		}
		return mark + k.Key
	}
	if k.Alt {
		return lang.X("key.alt", "Alt") + "+" + k.name()
	}
	parts = append(parts, lang.X("key.control", "Ctrl"))
	if k.Shift {
		parts = append(parts, lang.X("key.shift", "Shift"))
	}
	return strings.Join(append(parts, k.name()), "+")
}

// name is the key as this language calls it.
func (k Keys) name() string {
	switch k.Key {
	case "Up":
		return lang.X("key.up", "Up")
	case "Down":
		return lang.X("key.down", "Down")
	}
	return k.Key
}
