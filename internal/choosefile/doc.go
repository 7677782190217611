// Package choosefile has the desktop ask the person for a file, with the dialog that they
// know from their other programs.
package choosefile

import "errors"

// ErrElsewhere says that the chosen file is not on this computer.
var ErrElsewhere = errors.New("the chosen file is not on this computer")

// Question is what the person is asked for.
type Question struct {
	Title string
	// Save asks for a file to write, proposed as Name; else it is one to read.
	Save bool
	Name string
	// Endings are those of the files to show, such as ".age", nil for all; All is what
	// the choice of all files is called.
	Endings []string
	All     string
	// Parent is the window that asks, as the portal names windows, or "hwnd:" and its
	// handle in hexadecimal digits on Windows; "" is none.
	Parent string
}
