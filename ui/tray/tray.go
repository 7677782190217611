package tray

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"fyne.io/systray"
)

// Item is a line of the menu, or a line between others if it has no text.
type Item struct {
	// Key says what the item is for: one of another key is another item. Whoever clicks
	// on an item that is no longer there has clicked on nothing.
	Key  string
	Text string
	// Do is called on the UI goroutine; an item without it says something only.
	Do func()
	// Sub opens beside the item.
	Sub []Item
}

// Icon is the program's icon in the tray. Its methods are to be called on the UI
// goroutine.
//
// Fyne's own tray has to be there before the program runs: one that comes later is never
// shown (its driver_desktop.go, runSystray). This one uses what Fyne's is made of.
type Icon struct {
	ctx   context.Context
	title string
	image []byte
	post  func(func())

	begun bool
	want  chan []Item
	ended chan struct{}
}

// New returns an icon that is shown with its first menu, until ctx ends. post runs a
// function on the UI goroutine.
func New(ctx context.Context, title string, image []byte, post func(func())) *Icon {
	return &Icon{ctx: ctx, title: title, image: image, post: post, want: make(chan []Item, 1), ended: make(chan struct{})}
}

// Set shows a menu. It does not wait: the desktop may take its time.
func (i *Icon) Set(menu []Item) {
	select {
	case <-i.want: // an older one that was not shown yet
	default:
	}
	i.want <- menu
	if !i.begun {
		i.begun = true
		i.begin()
	}
}

// begin puts the icon there.
func (i *Icon) begin() {
	dress := func() {
		systray.SetTitle(i.title)
		systray.SetTooltip(i.title)
		systray.SetIcon(native(i.image))
	}
	if ownLoop() {
		// The session's bus may hang: that is nobody's wait but this goroutine's. What it
		// tells the bus of the icon is known before.
		dress()
		start, end := systray.RunWithExternalLoop(nil, nil)
		go func() {
			defer close(i.ended)
			start()
			i.run()
			end()
		}()
		return
	}
	start, end := systray.RunWithExternalLoop(dress, nil) // on the main thread
	start()
	go func() {
		defer close(i.ended)
		i.run()
		if runtime.GOOS == "windows" { // on macOS, that would end the program
			end()
		}
	}()
}

// Close waits a moment for the icon to go, once the context has ended.
func (i *Icon) Close() {
	if !i.begun {
		return
	}
	select {
	case <-i.ended:
	case <-time.After(time.Second): // the bus hangs; the icon goes with the process
	}
}

// ownLoop reports whether the tray lives on the session's bus, where it needs no thread
// of the window.
func ownLoop() bool { return runtime.GOOS != "windows" && runtime.GOOS != "darwin" }

// run shows what is wanted.
func (i *Icon) run() {
	var shown []*line
	for {
		select {
		case <-i.ctx.Done():
			return
		case menu := <-i.want:
			if !i.change(shown, menu) {
				systray.ResetMenu()
				shown = i.build(menu, nil)
			}
		}
	}
}

// line is an item that is shown.
type line struct {
	item Item
	menu *systray.MenuItem // nil for a line between others
	sub  []*line
}

// build makes the items of a menu, below one or at the top.
func (i *Icon) build(items []Item, below *systray.MenuItem) []*line {
	var out []*line
	for _, item := range items {
		l := &line{item: item}
		switch {
		case item.Text == "" && below == nil:
			systray.AddSeparator()
		case item.Text == "":
			below.AddSeparator()
		case below == nil:
			l.menu = systray.AddMenuItem(label(item.Text), "")
		default:
			l.menu = below.AddSubMenuItem(label(item.Text), "")
		}
		if l.menu != nil {
			i.attend(l)
		}
		out = append(out, l)
	}
	return out
}

// attend does what an item is for when it is clicked, until it is removed.
func (i *Icon) attend(l *line) {
	l.sub = i.build(l.item.Sub, l.menu)
	do := l.item.Do
	if do == nil && len(l.item.Sub) == 0 {
		l.menu.Disable()
		return
	}
	clicked := l.menu.ClickedCh
	go func() {
		for range clicked {
			if do != nil {
				i.post(do)
			}
		}
	}()
}

// change changes the words of a menu that is shown, and reports whether that is all that
// there is to do.
func (i *Icon) change(shown []*line, menu []Item) bool {
	if len(shown) == 0 || !same(shown, menu) {
		return false
	}
	for n, l := range shown {
		if l.menu != nil && l.item.Text != menu[n].Text {
			l.menu.SetTitle(label(menu[n].Text))
		}
		l.item = menu[n]
		if len(l.sub) > 0 {
			i.change(l.sub, menu[n].Sub)
		}
	}
	return true
}

// same reports whether a menu has the items that are shown.
func same(shown []*line, menu []Item) bool {
	return slices.EqualFunc(shown, menu, func(l *line, item Item) bool {
		return l.item.Key == item.Key && (l.item.Text == "") == (item.Text == "") && (l.item.Do == nil) == (item.Do == nil) && same(l.sub, item.Sub)
	})
}

// label is a text that the desktop shows as it is: in a menu, a character underlines the
// next one.
func label(text string) string {
	switch runtime.GOOS {
	case "windows":
		return strings.ReplaceAll(text, "&", "&&")
	case "darwin":
		return text
	}
	return strings.ReplaceAll(text, "_", "__") // com.canonical.dbusmenu, "label"
}
