package state

import (
	"encoding/json"

	"github.com/claviger/claviger/internal/durable"
)

// WindowSize is the size of the window when it was used last, without its frame, in
// device-independent pixels.
type WindowSize struct {
	Width     float32 `json:"width"`
	Height    float32 `json:"height"`
	Maximised bool    `json:"maximised,omitempty"`
}

// mostWindow is more than any screen has.
const mostWindow = 20_000

// ReadWindowSize reads it from a file. A file that is not there, or makes no sense, is
// no size.
func ReadWindowSize(path string) (size WindowSize, known bool) {
	if path == "" {
		return size, false
	}
	data, err := readSmall(path, maxSettingsSize)
	if err != nil || json.Unmarshal(data, &size) != nil {
		return WindowSize{}, false
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > mostWindow || size.Height > mostWindow {
		return WindowSize{}, false
	}
	return size, true
}

// Save writes it. If that fails, the next window has another size, which is all.
func (w WindowSize) Save(path string) error {
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return durable.Replace(path, append(data, '\n'))
}
