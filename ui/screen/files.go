package screen

// Files asks the person for files.
type Files interface {
	// Open asks for a file to read with one of the endings, nil for any, Save for one to
	// write with a name proposed. If the person chooses none, chosen is not
	// called.
	Open(endings []string, chosen func(path string))
	Save(name string, chosen func(path string))
}
