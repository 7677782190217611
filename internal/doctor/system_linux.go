package doctor

import (
	"bufio"
	"os"
	"strings"
)

// systemName is the name of the distribution (os-release(5)) and of the kernel.
func systemName() string {
	name := "Linux"
	if f, err := os.Open("/etc/os-release"); err == nil {
		defer func() { _ = f.Close() }() // only read from
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if v, ok := strings.CutPrefix(lines.Text(), "PRETTY_NAME="); ok {
				name = strings.Trim(v, `"'`)
			}
		}
	}
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		name += ", kernel " + strings.TrimSpace(string(release))
	}
	return clean(name)
}
