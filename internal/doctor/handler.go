package doctor

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// webHandler is the program that xdg-open would start for an https link, "" if there is
// none: the desktop's choice, by the specifications "Association between MIME types and
// applications" and "Desktop Entry", or else one of the browsers that xdg-open knows by
// name. Asking xdg-open itself would start programs.
func webHandler(getenv func(string) string) string {
	config, data := folders(getenv)
	for _, dir := range config {
		for _, id := range handlersIn(filepath.Join(dir, "mimeapps.list")) {
			if installed(id, data) {
				return strings.TrimSuffix(id, ".desktop")
			}
		}
	}
	for _, dir := range data {
		for _, list := range []string{"mimeapps.list", "defaults.list", "mimeinfo.cache"} {
			for _, id := range handlersIn(filepath.Join(dir, "applications", list)) {
				if installed(id, data) {
					return strings.TrimSuffix(id, ".desktop")
				}
			}
		}
	}
	// What xdg-open falls back on (its function open_generic and variable BROWSER).
	for _, name := range []string{
		"x-www-browser", "firefox", "iceweasel", "seamonkey", "mozilla", "epiphany", "konqueror", "chromium", "chromium-browser",
		"google-chrome", "www-browser",
	} {
		if _, err := exec.LookPath(name); err == nil {
			return name
		}
	}
	return ""
}

// folders are those of the XDG Base Directory Specification, the most important first.
func folders(getenv func(string) string) (config, data []string) {
	or := func(name, usual string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return usual
	}
	home := getenv("HOME")
	config = append([]string{or("XDG_CONFIG_HOME", filepath.Join(home, ".config"))}, filepath.SplitList(or("XDG_CONFIG_DIRS", "/etc/xdg"))...)
	data = append([]string{or("XDG_DATA_HOME", filepath.Join(home, ".local", "share"))},
		filepath.SplitList(or("XDG_DATA_DIRS", "/usr/local/share:/usr/share"))...)
	return config, data
}

// handlersIn reads who handles https links from a list of a desktop.
func handlersIn(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var out []string
	lines := bufio.NewScanner(bytes.NewReader(text))
	for removed := false; lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			removed = line == "[Removed Associations]"
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || removed || strings.TrimSpace(key) != "x-scheme-handler/https" {
			continue
		}
		for id := range strings.SplitSeq(value, ";") {
			if id = strings.TrimSpace(id); id != "" {
				out = append(out, id)
			}
		}
	}
	return out
}

// installed reports whether an application of that ID is there.
func installed(id string, data []string) bool {
	for _, dir := range data {
		// A dash in an ID can stand for a folder.
		for _, name := range []string{id, strings.Replace(id, "-", "/", 1)} {
			if _, err := os.Stat(filepath.Join(dir, "applications", name)); err == nil {
				return true
			}
		}
	}
	return false
}
