// Package plain makes foreign text plain: what it returns cannot move a
// terminal's cursor, change the order of the text around it, or look the same
// as another text. It also has the words for lengths of time, numbers of things and
// sizes, so that all of the program says them alike.
package plain
