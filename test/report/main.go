package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	progress := flag.Bool("progress", false, "show what comes from standard input")
	of := flag.String("of", "", "the `name` of what is shown, of several runs side by side")
	since := flag.Int64("since", time.Now().Unix(), "when all began, in seconds since 1970")
	again := flag.Bool("again", false, "print what is worth a second try")
	var notes, seconds []string
	flag.Func("second", "a `file` with the results of a second try of what failed", func(s string) error {
		seconds = append(seconds, s)
		return nil
	})
	flag.Func("note", "a `line` for the summary, such as what was left out and why", func(s string) error {
		notes = append(notes, s)
		return nil
	})
	flag.Parse()
	begun := time.Unix(*since, 0)
	var err error
	switch {
	case *progress:
		err = follow(os.Stdin, os.Stdout, *of, begun)
	case *again:
		err = worthAgain(flag.Args(), os.Stdout)
	default:
		err = summarize(flag.Args(), seconds, notes, os.Stdout)
	}
	if err != nil {
		if !errors.Is(err, errFailed) {
			fmt.Fprintln(os.Stderr, "report:", err)
		}
		os.Exit(1)
	}
}

// summarize shows the runs of these files, and of second tries of what failed in
// them, with notes.
func summarize(files, seconds, notes []string, out io.Writer) error {
	r, err := read(files)
	if err != nil {
		return err
	}
	for _, name := range seconds {
		try, err := read([]string{name})
		if err != nil {
			return err
		}
		r.second(try)
	}
	r.notes = notes
	return r.show(out)
}

func worthAgain(files []string, out io.Writer) error {
	r, err := read(files)
	if err != nil {
		return err
	}
	return r.again(out)
}

// read is what these files say, one after the other.
func read(files []string) (*run, error) {
	r := &run{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		err = errors.Join(events(f, r.add), f.Close())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return r, nil
}
