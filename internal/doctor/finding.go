package doctor

import "fmt"

// Verdict is the outcome of a check.
type Verdict string

// The verdicts.
const (
	OK Verdict = "ok"
	// Warn is something that works now, or not as well as it could.
	Warn Verdict = "warn"
	// Fail is something that does not work.
	Fail Verdict = "fail"
	// Skipped is something that was not looked at; the finding says why.
	Skipped Verdict = "skipped"
)

// Result is what a check found.
type Result struct {
	// Group and Title are for people; Name is stable.
	Group   string  `json:"group"`
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Verdict Verdict `json:"verdict"`
	// Found says what was found, Fix what to do about it; sentences. Fix is "" if there
	// is nothing to do.
	Found string `json:"found"`
	Fix   string `json:"fix"`
	// Commands are what to type for it, in this order; perhaps none.
	Commands []string `json:"commands"`
}

// finding is what a check found, without its name.
type finding struct {
	// about is what the finding is about, if a check has several; "" is its title.
	about    string
	verdict  Verdict
	found    string
	fix      string
	commands []string
}

func good(format string, args ...any) finding {
	return finding{verdict: OK, found: fmt.Sprintf(format, args...)}
}

func odd(format string, args ...any) finding {
	return finding{verdict: Warn, found: fmt.Sprintf(format, args...)}
}

func bad(format string, args ...any) finding {
	return finding{verdict: Fail, found: fmt.Sprintf(format, args...)}
}

func skipped(format string, args ...any) finding {
	return finding{verdict: Skipped, found: fmt.Sprintf(format, args...)}
}

// mend adds what to do about it.
func (f finding) mend(fix string, commands ...string) finding {
	f.fix, f.commands = fix, commands
	return f
}
