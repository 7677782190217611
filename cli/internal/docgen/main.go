// Docgen writes the man pages and the completion scripts of the commands, from
// the tree of commands and docs/cli.md. script/docs runs it.
//
// It is a program of its own so that the shipped one has no Markdown in it.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/cli"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: docgen CLI.MD FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

// write makes the folders man and completion in dir, from the page at cliPage.
// The same page, commands and date always give the same bytes.
func write(cliPage, dir string) error {
	date, err := pageDate(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(cliPage)
	if err != nil {
		return err
	}
	root := cli.Command()
	b := book{doc: sections(string(text)), date: date}
	if err := b.write(root, filepath.Join(dir, "man")); err != nil {
		return err
	}
	return completion(root, filepath.Join(dir, "completion"))
}

// pageDate is the date on the man pages: epoch, in seconds
// (reproducible-builds.org/specs/source-date-epoch), or today.
func pageDate(epoch string) (time.Time, error) {
	if epoch == "" {
		return time.Now().UTC(), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is not a number of seconds: %q", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// completion writes one script a shell, under the names that the shells look
// for.
func completion(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := root.GenBashCompletionFileV2(at("claviger.bash"), true); err != nil {
		return err
	}
	if err := root.GenZshCompletionFile(at("_claviger")); err != nil {
		return err
	}
	if err := root.GenFishCompletionFile(at("claviger.fish"), true); err != nil {
		return err
	}
	return root.GenPowerShellCompletionFileWithDesc(at("claviger.ps1"))
}
