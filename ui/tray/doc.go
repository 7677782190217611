// Package tray puts an icon with a menu into the desktop's tray, and changes the menu
// while it is there.
package tray
