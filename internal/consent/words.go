package consent

import (
	"strings"

	"github.com/claviger/claviger/internal/phrase"
)

// BothTokens is the form of an answer with the ID token beside the access token.
const BothTokens = "access token and the ID token"

// Fact is a line that a person needs to know before they answer.
type Fact struct {
	Name phrase.Text
	// Value is foreign, or said here: Said is true then, and the window translates it.
	Value string
	Said  bool
}

// Facts are what a question is about, in the order to show them in; what is unknown
// is left out. The program chose some of these texts: clean them before they are shown.
func (q Question) Facts() []Fact {
	var facts []Fact
	found := func(name phrase.Text, value string) {
		if value != "" {
			facts = append(facts, Fact{name, value, false})
		}
	}
	say := func(name, value phrase.Text, is bool) {
		if is {
			facts = append(facts, Fact{name, value, true})
		}
	}
	found("Program", q.Program.Path)
	say("Program", "unknown", q.Program.Path == "")
	found("Command", q.Program.CommandLine)
	found("Folder", q.Program.Dir)
	found("Started by", strings.Join(q.Program.Parents, ", in "))
	found("Terminal", q.Program.Terminal)
	say("Through", "a claviger command", q.Command)
	say("For", "programs on another computer", q.Program.Forwarded)
	found("Account", q.Account)
	found("Scopes", strings.Join(q.Scopes, " "))
	say("Gets", q.gets(), true)
	return facts
}

// gets says what the program gets.
func (q Question) gets() phrase.Text {
	switch q.Form {
	case "token":
		return "the token"
	case "header":
		return "the header"
	case "ID token":
		return "the ID token"
	case BothTokens:
		return "the access token and the ID token"
	}
	return "the " + q.Form // of a newer program
}

// Meaning says what a rule does. One that this version does not know asks.
func (r Rule) Meaning() phrase.Text {
	switch r {
	case Always:
		return "every program of yours gets tokens"
	case Never:
		return "no program gets tokens by itself"
	case Ask:
	}
	return "you are asked about each new program"
}

// ForCommands is what [AccountRule.Commands] means.
const ForCommands = "also for claviger's own commands"
