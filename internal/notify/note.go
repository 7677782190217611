package notify

// Note is a notification. Title and Body are plain text.
type Note struct {
	Title, Body string
	// Actions are offered if the desktop can. The one with the key [Default] is a click
	// on the notification itself.
	Actions []Action
	// Urgent asks the desktop to show it even while the person does something else.
	Urgent bool
	// Quiet only changes a notification that is still on the screen: one that the person
	// closed stays closed.
	Quiet bool
}

// Native reports whether this system has the service that a [Desktop] asks.
const Native = native

// Action is something that a person can choose.
type Action struct{ Key, Label string }

// Default is the key of the action of a click.
const Default = "default"

// Options of a [Desktop].
type Options struct {
	// App is the name of the program; Entry that of its desktop entry, without
	// ".desktop".
	App, Entry string
	// Acted is called when a person chose an action. It must not wait. Nil offers none.
	Acted func(slot, key string)
	// Failed gets what the desktop could not show, and why; nil ignores it.
	Failed func(error)
}
