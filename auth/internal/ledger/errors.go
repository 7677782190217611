package ledger

// The codes of errors of a store that this program branches on: see auth.Store.
const (
	CodeDamaged  = "damaged"
	CodeLocked   = "locked"
	CodeNewer    = "newer-version"
	CodeNotSetUp = "not-set-up"
)

// RecordError is a record that cannot be used. The others can.
type RecordError struct{ name, code, text string }

// NewRecordError says in text what is wrong with a record. code is one that package
// problem knows.
func NewRecordError(name, code, text string) *RecordError { return &RecordError{name, code, text} }

// Error implements error.
func (e *RecordError) Error() string { return e.name + ": " + e.text }

// Code is a name of the reason, which does not change.
func (e *RecordError) Code() string { return e.code }
