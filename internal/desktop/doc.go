// Package desktop says whether a window may open here, and keeps it single.
//
// [CheckDisplay] looks for a display first: without one, the window library would end the
// program. [Claim] gives one process the window: a lock in the home folder says which, and
// a socket beside it carries the wish of later starts to see the window.
package desktop
