// Package ask asks a server one question, within bounds.
package ask
