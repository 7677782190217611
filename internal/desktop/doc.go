// Package desktop says whether a window may open here, and keeps it single.
//
// [CheckDisplay] looks for a display before the window library does, which would end
// the program. [Claim] makes one process the window's: a lock in the home folder says
// which, and a socket beside it carries the wish of later starts to see the window.
package desktop
