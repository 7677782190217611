//go:build !windows

package autostart

// systemRunKey is nil: no other system has one.
func systemRunKey() runKey { return nil }
