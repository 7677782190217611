// Package autostart has the desktop start Claviger's window when the person logs in: by
// an XDG autostart file, the Run key of Windows, or a launch agent of macOS; and on
// Windows, the agent.
package autostart
