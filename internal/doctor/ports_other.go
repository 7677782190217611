//go:build !linux

package doctor

// ephemeral is not known: the range is not in a file here.
func ephemeral() portRange { return portRange{} }
