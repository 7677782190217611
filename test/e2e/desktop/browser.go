//go:build e2e

package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// BrowserScript is the program that $BROWSER names: a real Chromium, with a
// profile of its own and a debugging port on loopback.
func (d *Desktop) BrowserScript() string { return filepath.Join(d.Dir, "browser", "open") }

func (d *Desktop) profile() string { return filepath.Join(d.Dir, "browser", "profile") }

func (d *Desktop) writeBrowser() {
	d.t.Helper()
	script := fmt.Sprintf(`#!/bin/sh
exec chromium --no-sandbox --disable-quic --no-first-run --disable-gpu \
	--disable-background-networking --disable-component-update --disable-sync \
	--no-default-browser-check --password-store=basic --window-position=1100,0 --window-size=640,720 \
	--remote-debugging-port=0 --user-data-dir=%q "$@" >/dev/null 2>&1
`, d.profile())
	if err := os.WriteFile(d.BrowserScript(), []byte(script), 0o700); err != nil {
		d.t.Fatal(err)
	}
	// The offer to save a password would lie over the page.
	prefs := filepath.Join(d.profile(), "Default", "Preferences")
	if err := os.MkdirAll(filepath.Dir(prefs), 0o700); err != nil {
		d.t.Fatal(err)
	}
	const text = `{"credentials_enable_service":false,"profile":{"password_manager_enabled":false}}`
	if err := os.WriteFile(prefs, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(d.closeBrowser)
}

// closeBrowser ends the browser, which is no child of the test: the program
// under test opened it.
func (d *Desktop) closeBrowser() {
	lock, err := os.Readlink(filepath.Join(d.profile(), "SingletonLock")) // HOST-PID
	if err != nil {
		return // never opened
	}
	pid, err := strconv.Atoi(lock[strings.LastIndex(lock, "-")+1:])
	if err != nil {
		d.t.Errorf("the browser's lock is %q", lock)
		return
	}
	_ = syscall.Kill(pid, syscall.SIGTERM)
	d.Eventually("the browser ends", func() error {
		if syscall.Kill(pid, 0) == nil {
			return errors.New("it still runs")
		}
		return nil
	})
}

// Tab attaches to the browser's tab whose address begins with prefix, waiting
// for the browser to be opened by the program under test.
func (d *Desktop) Tab(prefix string) context.Context {
	d.t.Helper()
	var ws string
	d.Eventually("the browser opens", func() error {
		data, err := os.ReadFile(filepath.Join(d.profile(), "DevToolsActivePort"))
		if err != nil {
			return err
		}
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")
		if len(lines) != 2 {
			return fmt.Errorf("port file has %d lines", len(lines))
		}
		ws = "ws://127.0.0.1:" + lines[0] + lines[1]
		return nil
	})
	alloc, cancelAlloc := remote.NewAllocator(d.t.Context(), ws, remote.NoModifyURL)
	d.t.Cleanup(cancelAlloc)
	probe, cancelProbe := chromedp.NewContext(alloc)
	d.t.Cleanup(cancelProbe)
	var id target.ID
	d.Eventually("a tab at "+prefix, func() error {
		infos, err := chromedp.Targets(probe)
		if err != nil {
			return err
		}
		var seen []string
		for _, i := range infos {
			if i.Type != "page" {
				continue
			}
			if strings.HasPrefix(i.URL, prefix) {
				id = i.TargetID
				return nil
			}
			seen = append(seen, origin(i.URL))
		}
		return fmt.Errorf("tabs are at %q", seen)
	})
	var tab context.Context
	d.Eventually("the tab to be joined", func() error { // which fails while it goes to another page
		joined, cancel := chromedp.NewContext(probe, chromedp.WithTargetID(id))
		d.t.Cleanup(cancel) // not sooner: it may close the tab
		tab = joined
		// The context of the first action owns the tab: it must not be a bounded one.
		return chromedp.Do(joined)
	})
	return tab
}

// Do runs actions in a tab, bounded in time.
func (d *Desktop) Do(tab context.Context, what string, actions ...chromedp.Action[chromedp.Void]) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(tab, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		d.Keep("browser")
		d.t.Fatalf("browser: %s: %v", what, err)
	}
}

// origin drops path and query of an address: they may hold a code.
func origin(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return "(page)"
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}
