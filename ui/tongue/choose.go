package tongue

import _ "unsafe" // for go:linkname

// setupLang chooses among the languages that lang knows. Its exported functions follow
// the system's language alone: whoever works on a Japanese desktop could not choose
// German. Nothing but Fyne's own language is set; a version of Fyne without this
// function does not link.
//
//go:linkname setupLang fyne.io/fyne/v2/lang.setupLang
func setupLang(tag string)
