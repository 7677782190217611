//go:build !windows

package autostart

// systemRunKey is nil: no other system has one.
func systemRunKey(string) runKey { return nil }
