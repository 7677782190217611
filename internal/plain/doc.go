// Package plain makes foreign text plain: what it returns cannot move a
// terminal's cursor, change the order of the text around it, or look the same
// as another text.
package plain
