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
	var notes []string
	flag.Func("note", "a `line` for the summary, such as what was left out and why", func(s string) error {
		notes = append(notes, s)
		return nil
	})
	flag.Parse()
	begun := time.Unix(*since, 0)
	var err error
	if *progress {
		err = follow(os.Stdin, os.Stdout, *of, begun)
	} else {
		err = summarize(flag.Args(), notes, os.Stdout)
	}
	if err != nil {
		if !errors.Is(err, errFailed) {
			fmt.Fprintln(os.Stderr, "report:", err)
		}
		os.Exit(1)
	}
}

// summarize shows the runs of these files, with notes.
func summarize(files, notes []string, out io.Writer) error {
	r := run{notes: notes}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		err = errors.Join(events(f, r.add), f.Close())
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return r.show(out)
}
