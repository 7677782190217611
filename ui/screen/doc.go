// Package screen draws the state.
//
// A page is built once and then set from each state that it is shown with. It
// starts nothing: what a person does there becomes an intent of the store.
package screen
