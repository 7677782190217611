package doctor

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/shell"
)

// maxReason bounds what an error adds to a sentence, in characters.
const maxReason = 300

// reason is what the system said, in one line and without what it was asked.
func reason(err error) string {
	var (
		path *fs.PathError
		op   *net.OpError
		call *os.SyscallError
		dns  *net.DNSError
	)
	switch {
	case errors.As(err, &call):
		err = call.Err
	case errors.As(err, &dns):
		return plain.Phrase(dns.Err, maxReason)
	case errors.As(err, &op):
		err = op.Err
	case errors.As(err, &path):
		err = path.Err
	}
	return strings.TrimSuffix(plain.Phrase(err.Error(), maxReason), ".")
}

// explained puts an error into the words that the commands and the window have for it.
func explained(verdict Verdict, err error) finding {
	p := problem.Explain(err, nil, "")
	return finding{verdict: verdict, found: sentences(p.Title, p.Detail), fix: sentences(p.Next)}
}

// sentences joins texts, each as a sentence, in one line.
func sentences(texts ...string) string {
	return strings.ReplaceAll(plain.Sentences(texts...), "\n", " ")
}

// clean makes a foreign text one line.
func clean(s string) string { return plain.Phrase(s, maxReason) }

// word makes a text one word of a shell, for a command to copy.
func word(s string) string { return shell.Here.Word(plain.Line(s, 0)) }
