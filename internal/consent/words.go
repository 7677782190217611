package consent

import "strings"

// BothTokens is the form of an answer with the ID token beside the access token.
const BothTokens = "access token and the ID token"

// Fact is a line that a person needs to know before they answer.
type Fact struct{ Name, Value string }

// Facts are what a question is about, in the order to show them in; what is unknown
// is left out. The program chose some of these texts: clean them before they are shown.
func (q Question) Facts() []Fact {
	path := q.Program.Path
	if path == "" {
		path = "unknown"
	}
	through, carries := "", ""
	if q.Command {
		through = "a claviger command"
	}
	if q.Program.Forwarded {
		carries = "programs on another computer"
	}
	var facts []Fact
	for _, f := range []Fact{
		{"Program", path},
		{"Command", q.Program.CommandLine},
		{"Folder", q.Program.Dir},
		{"Started by", strings.Join(q.Program.Parents, ", in ")},
		{"Terminal", q.Program.Terminal},
		{"Through", through},
		{"For", carries},
		{"Account", q.Account},
		{"Scopes", strings.Join(q.Scopes, " ")},
		{"Gets", "the " + q.Form},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// Meaning says what a rule does. One that this version does not know asks.
func (r Rule) Meaning() string {
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
