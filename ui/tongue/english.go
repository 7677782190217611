package tongue

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// spoken has the English texts of those in the language that is spoken, made when the first
// is asked for.
var spoken atomic.Pointer[func() map[string]string]

// speaks says what language that is.
func speaks(tag string) {
	read := sync.OnceValue(func() map[string]string { return keysByText(tag) })
	spoken.Store(&read)
}

// English is the English text of one that lang gave, with its blanks open; a text that is
// not known stays what it is.
func English(text string) string {
	if of := spoken.Load(); of != nil {
		if key, known := (*of)()[text]; known {
			return key
		}
	}
	return text
}

func keysByText(tag string) map[string]string {
	var f struct {
		Window map[string]any `json:"window"`
	}
	if tag == english || json.Unmarshal(read(tag), &f) != nil {
		return nil // the keys are the texts
	}
	out := make(map[string]string, len(f.Window))
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(f.Window))) { // sentences come before names of keys
		if text, plain := f.Window[key].(string); plain {
			out[text] = key
		}
	}
	return out
}
