package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"
)

// maxPassphrase bounds the line that is read as a passphrase or secret, in bytes.
const maxPassphrase = 4096

// firstLine reads the first line of in without its end, and nothing after the part
// that it got it in: a pipe need not end. A line that is too long is an error and
// not its beginning: the rest would be missing from the secret. So is one with a
// zero byte, which no one types.
func firstLine(in io.Reader) (string, error) {
	line, err := bufio.NewReaderSize(in, maxPassphrase+2).ReadSlice('\n') // also "\r\n"
	line = bytes.TrimRight(line, "\r\n")
	switch {
	case errors.Is(err, bufio.ErrBufferFull), len(line) > maxPassphrase:
		return "", fmt.Errorf("its first line has more than %d bytes", maxPassphrase)
	case err != nil && !errors.Is(err, io.EOF):
		return "", err
	case bytes.IndexByte(line, 0) >= 0:
		return "", errors.New("it is not a text file")
	case len(line) == 0:
		return "", errEmptyLine
	}
	return string(line), nil
}

var errEmptyLine = errors.New("its first line is empty")

// holdsText returns an error for what has no first line to read: a folder, and a
// device such as /dev/zero, which has no end, but for a terminal. A pipe is good:
// the shell makes one for <(command).
func holdsText(f *os.File, mode fs.FileMode) error {
	switch {
	case mode.IsDir():
		return errors.New("it is a folder")
	case mode&fs.ModeDevice != 0 && !term.IsTerminal(int(f.Fd())):
		return errors.New("it is a device, not a file")
	}
	return nil
}
