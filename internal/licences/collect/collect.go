// Package collect finds the licences of the modules that a program is made of, with the
// Go tool.
package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/licences"
)

// systems are those that the window is built for.
var systems = []string{"linux", "windows", "darwin"}

// tags are those that it is built with.
const tags = "migrated_fynedo"

// listed is a package as go list prints it.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// Modules are the modules of the program in a folder, built with its window for every
// system, and the Go standard library.
func Modules(ctx context.Context, folder string) ([]licences.Module, error) {
	dirs := map[string][]string{} // of the packages, by module
	found := map[string]licences.Module{}
	roots := map[string]string{}
	for _, system := range systems {
		list, err := list(ctx, folder, system)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if p.Module == nil || p.Module.Main {
				continue
			}
			m := p.Module
			found[m.Path] = licences.Module{Path: m.Path, Version: m.Version}
			roots[m.Path] = m.Dir
			dirs[m.Path] = append(dirs[m.Path], p.Dir)
		}
	}
	goRoot, err := output(exec.CommandContext(ctx, "go", "env", "GOROOT"), folder)
	if err != nil {
		return nil, err
	}
	const standard = "Go standard library"
	found[standard] = licences.Module{Path: standard}
	roots[standard] = strings.TrimSpace(string(goRoot))
	var out []licences.Module
	for path, m := range found {
		if m.Text, err = texts(roots[path], dirs[path]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		m.Kind = kind(m.Text)
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b licences.Module) int {
		return strings.Compare(strings.ToLower(a.Path), strings.ToLower(b.Path))
	})
	return out, nil
}

func list(ctx context.Context, folder, system string) ([]listed, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Dir,Standard,Module", "-tags="+tags, ".")
	// Without cgo, the files that need it would be left out, and what they import.
	data, err := output(cmd, folder, "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=1")
	if err != nil {
		return nil, err
	}
	var out []listed
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
}

// output is what the Go tool prints in a folder.
func output(cmd *exec.Cmd, folder string, env ...string) ([]byte, error) {
	cmd.Dir, cmd.Env = folder, append(os.Environ(), env...)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", cmd.Args[1], err, bytes.TrimSpace(problem.Bytes()))
	}
	return out, nil
}

// licence are the names of the files that have one.
var licence = regexp.MustCompile(`(?i)^(li[cs]en[cs]es?|copying|notice)([-._].*)?$`)

// texts are the licence files of a module: at its root, and beside the packages that are
// used, which may be somebody else's.
func texts(root string, dirs []string) (string, error) {
	folders := map[string]bool{root: true}
	for _, dir := range dirs {
		for ; len(dir) > len(root); dir = filepath.Dir(dir) {
			folders[dir] = true
		}
	}
	files, err := licenceFiles(folders)
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", errors.New("no licence was found")
	}
	var b strings.Builder
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if len(files) > 1 {
			name, err := filepath.Rel(root, path)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "%s:\n\n", filepath.ToSlash(name))
		}
		b.WriteString(strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n")) + "\n\n")
	}
	return strings.TrimSpace(b.String()) + "\n", nil
}

// licenceFiles are the licence files in these folders, and in those right below them
// that have no Go files.
func licenceFiles(folders map[string]bool) ([]string, error) {
	var files []string
	for folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			path := filepath.Join(folder, e.Name())
			// Sources of others in C lie below the packages that build them.
			if e.IsDir() && !folders[path] {
				files = append(files, within(path)...)
			}
			if e.Type().IsRegular() && licence.MatchString(e.Name()) && !strings.HasSuffix(e.Name(), ".go") {
				files = append(files, path)
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// within are the licence files of a folder without Go files, such as that of a library
// in C.
func within(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		switch {
		case strings.HasSuffix(e.Name(), ".go"):
			return nil // another package, which is used or not
		case e.Type().IsRegular() && licence.MatchString(e.Name()):
			out = append(out, filepath.Join(folder, e.Name()))
		}
	}
	return out
}

// kind is the short name of a licence (SPDX) by words that it alone has.
func kind(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	has := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case has("Apache License") && has("Version 2.0"):
		return "Apache-2.0"
	case has("Mozilla Public License") && has("2.0"):
		return "MPL-2.0"
	case has("Permission to use, copy, modify, and/or distribute"), has("Permission to use, copy, modify, and distribute"):
		return "ISC"
	case has("Permission is hereby granted, free of charge"):
		return "MIT"
	case has("Redistribution and use in source and binary forms") && (has("Neither the name") || has("names of its contributors may")):
		return "BSD-3-Clause"
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	case has("This is free and unencumbered software"):
		return "Unlicense"
	}
	return ""
}
