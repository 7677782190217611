package cli

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/consent"
)

// toRead is the least that it takes to read a question. What is typed before was meant
// for something else, and answers nothing.
const toRead = time.Second

// terminalAsker asks on the terminal of an agent without a window.
type terminalAsker struct {
	tty *terminal
	// lines are what is typed. One reader reads them all: a read that nobody waits
	// for any more would take the next answer.
	lines chan string
	once  sync.Once
	// turn is held by the question that is asked: there is one terminal.
	turn chan struct{}
}

func newTerminalAsker(tty *terminal) *terminalAsker {
	return &terminalAsker{tty: tty, lines: make(chan string), turn: make(chan struct{}, 1)}
}

// Ask implements [consent.Asker].
func (a *terminalAsker) Ask(ctx context.Context, q consent.Question) (consent.Answer, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	a.once.Do(func() { go a.read() })
	if _, err := fmt.Fprint(a.tty.out, questionText(q)); err != nil {
		return "", err
	}
	select {
	case <-ctx.Done():
	case <-time.After(toRead):
	}
	a.forget()
	if _, err := fmt.Fprint(a.tty.out, offerText(q)); err != nil {
		return "", err
	}
	select {
	case <-ctx.Done():
		_, _ = fmt.Fprintln(a.tty.out, "\nNobody answered: denied.")
		return "", ctx.Err()
	case line, ok := <-a.lines:
		if !ok {
			return consent.Deny, nil // the terminal is gone
		}
		answer := answerOf(line, q)
		_, err := fmt.Fprintln(a.tty.out, map[consent.Answer]string{
			consent.Once: "Allowed once.", consent.Hour: "Allowed for an hour.", consent.Forever: "Allowed always.", consent.Deny: "Denied.",
		}[answer])
		return answer, err
	}
}

// read reads lines until the terminal is gone.
func (a *terminalAsker) read() {
	defer close(a.lines)
	for {
		line, err := readReply(a.tty.in)
		if err != nil {
			return
		}
		a.lines <- line
	}
}

// forget drops what was typed before the question could be read: it is no answer to it. What the
// terminal holds goes first, so that the reader finds nothing behind the line it has.
func (a *terminalAsker) forget() {
	a.tty.forget()
	for {
		select {
		case _, ok := <-a.lines:
			if !ok {
				return
			}
		default:
			return
		}
	}
}

// questionText is the question for a terminal. What the program says of itself adds
// no line to it.
func questionText(q consent.Question) string {
	var b strings.Builder
	who := clean(q.Program.Title)
	if who == "" {
		who = "A program"
	}
	fmt.Fprintf(&b, "\n%s wants a token of %s at %s\n", who, clean(q.AccountName), clean(q.Provider))
	for _, f := range q.Facts() {
		// A run of spaces could fill the line, so that what follows looks like a line of ours.
		fmt.Fprintf(&b, "  %-10s   %s\n", f.Name, strings.Join(strings.Fields(clean(f.Value)), " "))
	}
	if warning := q.Warning(); warning != "" {
		fmt.Fprintf(&b, "%s\n", warning)
	}
	return b.String()
}

// offerText is the last line of a question: what may be answered.
func offerText(q consent.Question) string {
	words := map[consent.Answer]string{
		consent.Once: "o = once", consent.Hour: "h = for an hour", consent.Forever: "a = always", consent.Deny: "d = deny",
	}
	offers := make([]string, 0, len(words))
	for _, a := range q.Answers() {
		offers = append(offers, words[a])
	}
	return fmt.Sprintf("Allow it? %s [d] ", strings.Join(offers, ", "))
}

// answerOf reads an answer; what is none denies.
func answerOf(line string, q consent.Question) consent.Answer {
	word := strings.ToLower(strings.TrimSpace(line))
	for _, a := range q.Answers() {
		if word != "" && (word == string(a) || word == string(a)[:1]) {
			return a
		}
	}
	return consent.Deny
}
