// Package theme says which colours and sizes the window has.
//
// The names beyond Fyne's own are looked up in the same way, so that a widget
// which asks for them again in its Refresh follows a switch between light and
// dark.
package theme
