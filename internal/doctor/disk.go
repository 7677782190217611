package doctor

// diskState is the file system that a folder is on.
type diskState struct {
	// free is how many bytes this user can still write.
	free     uint64
	readOnly bool
	// kind names it; loose is the kind if it does not keep modes or cannot replace a
	// file as a whole.
	kind, loose string
}
