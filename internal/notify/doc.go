// Package notify shows notifications on the desktop (the Desktop Notifications
// Specification, org.freedesktop.Notifications).
//
// Nothing waits for the desktop: the notification service may hang, be missing, or end at
// any time. What is to be shown is kept in a slot of the caller's choice, and a new
// notification of a slot takes the place of the one before.
package notify
