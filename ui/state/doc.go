// Package state is what the window knows, free of Fyne but for its translations.
//
// A [Store] holds a [State]. A screen calls an intent, a method of the store or
// of one of its pages such as [Inspector], on the UI goroutine; the store works
// in goroutines that it owns and posts the outcome, in one piece, back to the UI
// goroutine, where the new state is rendered. Work that was superseded has another
// generation number by then and its outcome is dropped.
package state
