// Package windows runs the programs on Windows, or under wine by script/windows.
package windows
