// Package phrase fills the {blanks} of a text, and finds again of which text a finished
// one was made, so that it can be said in another language.
package phrase
