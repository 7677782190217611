package attention

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Text is what a notification says.
type Text struct{ Title, Body string }

// shownEvents bounds the lines of several events.
const shownEvents = 4

// Words says the open events of a change. Only with names does it say who and where:
// a notification may stand on a locked screen.
func (c Change) Words(names bool, now time.Time) Text {
	if len(c.Open) == 0 {
		return Text{}
	}
	one := len(c.Open) == 1
	if !names {
		return c.quiet(one, now)
	}
	lines := make([]string, 0, shownEvents+1)
	for _, e := range c.Open[:min(len(c.Open), shownEvents)] {
		lines = append(lines, e.line(now))
	}
	if more := len(c.Open) - shownEvents; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	title := c.quiet(one, now).Title
	if e := c.Open[0]; one && e.ProviderName != "" {
		switch c.Kind {
		case SignIn:
			title = "Sign in to " + e.ProviderName + " again"
		case Ending:
			title = "Your sign-in to " + e.ProviderName + " ends soon"
		case SignOut:
			title = "Signing out of " + e.ProviderName + " failed"
		case Consent:
			title = cmp.Or(e.Program, "A program") + " asks for a token"
		}
	}
	return Text{title, strings.Join(lines, "\n")}
}

// quiet says it without names.
func (c Change) quiet(one bool, now time.Time) Text {
	n := len(c.Open)
	switch c.Kind {
	case SignIn:
		if one {
			return Text{"A new sign-in is needed", "An account can no longer be refreshed."}
		}
		return Text{fmt.Sprintf("%d new sign-ins are needed", n), "These accounts can no longer be refreshed."}
	case Consent:
		if one {
			return Text{"A program asks for a token", "It is denied if you do not answer by " + c.Open[0].Until.In(now.Location()).Format("15:04") + "."}
		}
		return Text{fmt.Sprintf("%d programs ask for tokens", n), "They are denied if you do not answer."}
	case Ending:
		if one {
			return Text{"A sign-in ends soon", "It ends " + day(c.Open[0].Until, now) + ". You can sign in again now."}
		}
		return Text{fmt.Sprintf("%d sign-ins end soon", n), "You can sign in again now."}
	case SignOut:
		if one {
			return Text{"A sign-out failed", "The provider may still accept the tokens."}
		}
		return Text{fmt.Sprintf("%d sign-outs failed", n), "The providers may still accept the tokens."}
	}
	return Text{}
}

// line is an event in a line.
func (e Event) line(now time.Time) string {
	who := cmp.Or(e.Who, "An account")
	if e.ProviderName != "" {
		who += " at " + e.ProviderName
	}
	switch e.Kind {
	case SignIn:
		return who + ": " + e.Reason
	case Ending:
		return who + ": " + day(e.Until, now)
	case Consent:
		return cmp.Or(e.Program, "A program") + " wants a token of " + who
	case SignOut:
		return who + ": " + e.Reason
	}
	return who
}

// day is a time as people say it: "today at 15:04".
func day(t, now time.Time) string {
	t = t.In(now.Location())
	clock := t.Format("15:04")
	switch y, m, d := now.Date(); {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return "today at " + clock
	case t.Format(time.DateOnly) == time.Date(y, m, d+1, 12, 0, 0, 0, now.Location()).Format(time.DateOnly):
		return "tomorrow at " + clock
	}
	return "on " + t.Format("Monday, 2 January") + " at " + clock
}
