// Command barewindow is the floor of the window's measurements: the least that
// a Fyne program can show.
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.NewWithID("io.github.claviger.barewindow")
	w := a.NewWindow("Bare window")
	w.SetContent(widget.NewLabel("A bare window"))
	w.Resize(fyne.NewSize(1000, 680))
	w.ShowAndRun()
}
