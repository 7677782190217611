package problem

import (
	"cmp"
	"strings"

	"github.com/claviger/claviger/internal/phrase"
)

// say fills the blanks.
func (e explainer) say(w words, reason, description string) Problem {
	problem := Problem{
		Kind: w.Kind, Code: w.Code,
		Title: e.fill(w.Title, reason, description), Detail: e.fill(w.Detail, reason, description),
		Next: e.fill(w.Next, reason, description),
	}
	if w.Copy {
		problem.Copy = e.address()
	}
	if w.Link && e.p != nil {
		problem.Link, _ = e.p.RegistrationPage(nil)
	}
	return problem
}

// address is the redirect URI to register.
func (e explainer) address() string {
	if e.p != nil && e.p.Redirect.Register != "" {
		return e.p.Redirect.Register
	}
	return e.redirect
}

// fill fills the blanks of one text. A sentence whose blank has nothing to
// hold is left out, except for the provider, who is "the provider" then.
func (e explainer) fill(text, reason, description string) string {
	text = e.in(text)
	blanks := map[string]string{
		"provider": "", "reason": reason, "description": description, "redirect": e.address(), "host": e.host,
		"type": "", "unusable": "", "ca_file": "", "saved": "",
	}
	if e.p != nil {
		blanks["provider"] = cmp.Or(e.p.Name, e.p.ID)
		blanks["saved"] = blanks["provider"] // of a server that is no provider, nothing is
		blanks["type"], blanks["unusable"], blanks["ca_file"] = e.p.Client.Type, e.p.Unusable, e.p.Trust.CAFile
	}
	for blank, value := range blanks {
		if value == "" && strings.Contains(text, "{"+blank+"}") && blank != "provider" {
			text = withoutSentence(text, "{"+blank+"}")
		}
	}
	return strings.TrimSpace(phrase.Fill(text, blanks, e.in(phrase.Nameless)))
}

// withoutSentence drops the sentences that hold a blank.
func withoutSentence(text, blank string) string {
	var keep []string
	for _, part := range strings.SplitAfter(text, ". ") {
		for _, s := range strings.SplitAfter(part, "。") {
			if !strings.Contains(s, blank) {
				keep = append(keep, s)
			}
		}
	}
	return strings.Join(keep, "")
}

// in puts a text into the language of the person.
func (e explainer) in(text string) string {
	if e.tongue == nil || text == "" {
		return text
	}
	return e.tongue(text)
}

// sentence ends a title as a sentence.
func (e explainer) sentence(title string) string {
	return phrase.In(e.tongue, "{title}.", e.in(title))
}
