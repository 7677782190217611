package attention

import (
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/phrase"
)

// Text is what a notification says.
type Text struct{ Title, Body string }

// shownEvents bounds the lines of several events.
const shownEvents = 4

// Words says the open events of a change. Only with names does it say who and where:
// a notification may stand on a locked screen. say puts an English text with blanks into the
// person's language; nil leaves it English.
func (c Change) Words(names bool, now time.Time, say func(english string) string) Text {
	w := wording{now: now, translate: say}
	if len(c.Open) == 0 {
		return Text{}
	}
	text := w.quiet(c)
	if !names {
		return text
	}
	lines := make([]string, 0, shownEvents+1)
	for _, e := range c.Open[:min(len(c.Open), shownEvents)] {
		lines = append(lines, w.line(e))
	}
	if more := len(c.Open) - shownEvents; more > 0 {
		lines = append(lines, w.say("and {n} more", strconv.Itoa(more)))
	}
	text.Body = strings.Join(lines, "\n")
	if e := c.Open[0]; len(c.Open) == 1 && e.ProviderName != "" {
		switch c.Kind {
		case SignIn:
			text.Title = w.say("Sign in to {provider} again", e.ProviderName)
		case Ending:
			text.Title = w.say("Your sign-in to {provider} ends soon", e.ProviderName)
		case SignOut:
			text.Title = w.say("Signing out of {provider} failed", e.ProviderName)
		case Consent:
			text.Title = w.say("{program} asks for a token", w.program(e))
		}
	}
	return text
}

// wording has what the words depend on.
type wording struct {
	now       time.Time
	translate func(english string) string
}

// say is a text in the person's language, with its blanks filled.
func (w wording) say(english phrase.Text, values ...string) string {
	return phrase.In(w.translate, english, values...)
}

// quiet says a change without names.
func (w wording) quiet(c Change) Text {
	one, first := len(c.Open) == 1, c.Open[0]
	many := func(title phrase.Text) string { return w.say(title, strconv.Itoa(len(c.Open))) }
	switch c.Kind {
	case SignIn:
		if one {
			return Text{w.say("A new sign-in is needed"), w.say("An account can no longer be refreshed.")}
		}
		return Text{many("{n} new sign-ins are needed"), w.say("These accounts can no longer be refreshed.")}
	case Consent:
		if one {
			return Text{w.say("A program asks for a token"), w.say("It is denied if you do not answer by {clock}.", first.Until.In(w.now.Location()).Format("15:04"))}
		}
		return Text{many("{n} programs ask for tokens"), w.say("They are denied if you do not answer.")}
	case Ending:
		if one {
			return Text{w.say("A sign-in ends soon"), w.say("It ends {day}. You can sign in again now.", w.day(first.Until))}
		}
		return Text{many("{n} sign-ins end soon"), w.say("You can sign in again now.")}
	case SignOut:
		if one {
			return Text{w.say("A sign-out failed"), w.say("The provider may still accept the tokens.")}
		}
		return Text{many("{n} sign-outs failed"), w.say("The providers may still accept the tokens.")}
	}
	return Text{}
}

// line is an event in a line.
func (w wording) line(e Event) string {
	who := e.Who
	if who == "" {
		who = w.say("An account")
	}
	if e.ProviderName != "" {
		who = w.say("{who} at {provider}", who, e.ProviderName)
	}
	switch e.Kind {
	case SignIn:
		return who + ": " + w.say(e.Reason)
	case SignOut:
		return who + ": " + e.Revoked.In(w.translate, w.day)
	case Ending:
		return who + ": " + w.day(e.Until)
	case Consent:
		return w.say("{program} wants a token of {who}", w.program(e), who)
	}
	return who
}

func (w wording) program(e Event) string {
	if e.Program != "" {
		return e.Program
	}
	return w.say("A program")
}

// day is a time as people say it: "today at 15:04".
func (w wording) day(t time.Time) string {
	t = t.In(w.now.Location())
	clock := t.Format("15:04")
	switch y, m, d := w.now.Date(); {
	case t.Format(time.DateOnly) == w.now.Format(time.DateOnly):
		return w.say("today at {clock}", clock)
	case t.Format(time.DateOnly) == time.Date(y, m, d+1, 12, 0, 0, 0, w.now.Location()).Format(time.DateOnly):
		return w.say("tomorrow at {clock}", clock)
	}
	weekdays := [...]string{w.say("Sunday"), w.say("Monday"), w.say("Tuesday"), w.say("Wednesday"), w.say("Thursday"), w.say("Friday"), w.say("Saturday")}
	months := [...]string{
		w.say("January"), w.say("February"), w.say("March"), w.say("April"), w.say("May"), w.say("June"),
		w.say("July"), w.say("August"), w.say("September"), w.say("October"), w.say("November"), w.say("December"),
	}
	return w.say("on {weekday}, {day} {month} at {clock}", weekdays[t.Weekday()], t.Format("2"),
		months[t.Month()-1], clock)
}
