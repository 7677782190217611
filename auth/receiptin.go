package auth

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
)

// What is said after, or around, the sentence of a fact.
const (
	saidAlone     = "{title}."
	saidWithPage  = "{title}; you can do it at {page}."
	saidFormer    = "The request went to {server}, which issued the tokens; this provider has moved."
	saidElsewhere = "APIs that do not ask the provider may accept the last access token until it expires, {end}."
	saidStatus    = "(status {status})"
	saidWords     = "(status {status}: {words})"
	saidWhileRuns = "until this program ends"
	saidUntil     = "until {end}"
)

// ReceiptTexts are all that [Result.In] asks for, but the titles of problems.
func ReceiptTexts() []string {
	around := []string{causeInterrupted, causeNotSetUp, causeNotTried, saidAlone, saidWithPage, saidFormer, saidElsewhere, saidStatus, saidWords, saidWhileRuns, saidUntil}
	return slices.Concat(slices.Sorted(maps.Values(factSentences)), around)
}

// In is Detail in another language: tongue translates one text with blanks, nil is
// English; clock writes a time. What an older version kept as a sentence stays.
func (r Result) In(tongue problem.Tongue, clock func(time.Time) string) string {
	if r.fact.Code == "" {
		return r.Detail
	}
	return saying{tongue, clock}.sentence(r.fact, r.Until)
}

// saying makes sentences of facts.
type saying struct {
	tongue problem.Tongue
	clock  func(time.Time) string
}

// say is a text with its blanks filled.
func (s saying) say(english string, blanks ...string) string {
	if s.tongue != nil {
		english = s.tongue(english)
	}
	return strings.NewReplacer(blanks...).Replace(english)
}

// sentence is a fact in words; until is that of its result.
func (s saying) sentence(f fact, until time.Time) string {
	english, known := factSentences[f.Code]
	if !known {
		return "" // of a newer program
	}
	retried := s.say(saidWhileRuns)
	if !f.Retried.IsZero() {
		retried = s.say(saidUntil, "{end}", s.clock(f.Retried))
	}
	text := s.say(
		english, "{cause}", s.say(f.Cause), "{answer}", s.answer(f), "{error}", f.Error,
		"{server}", f.Server, "{status}", plain.Status(f.Status), "{retried}", retried, "{end}", s.clock(until),
	)
	switch {
	case strings.HasSuffix(english, "."):
	case f.Page == "":
		text = s.say(saidAlone, "{title}", text)
	default:
		text = s.say(saidWithPage, "{title}", text, "{page}", f.Page)
	}
	if f.Former != "" {
		text += " " + s.say(saidFormer, "{server}", f.Former)
	}
	if f.Elsewhere {
		text += " " + s.say(saidElsewhere, "{end}", s.clock(until))
	}
	return text
}

// answer is what a provider answered instead of what was asked of it; "" if nothing.
func (s saying) answer(f fact) string {
	switch {
	case f.Status == 0:
		return ""
	case f.Words != "":
		return " " + s.say(saidWords, "{status}", strconv.Itoa(f.Status), "{words}", f.Words)
	}
	return " " + s.say(saidStatus, "{status}", strconv.Itoa(f.Status))
}
