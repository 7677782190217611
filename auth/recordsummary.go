package auth

import (
	"encoding/json"

	"github.com/claviger/claviger/auth/internal/ledger"
)

// skipped is a member that is read over.
type skipped struct{}

// UnmarshalJSON implements [json.Unmarshaler].
func (skipped) UnmarshalJSON([]byte) error { return nil }

// decodeSummary is [decodeRecord] without what lists and tokens need not, which is more
// than half of a record, and without what a newer program put there. It must not be
// stored.
func decodeSummary(name string, data []byte) (*record, error) {
	var s struct {
		storedRecord
		Checks   skipped `json:"checks"`
		Steps    skipped `json:"steps"`
		IDClaims skipped `json:"id_token_claims"`
		Former   skipped `json:"former_claims"`
	}
	if json.Unmarshal(data, &s) != nil {
		// The cause could quote the record: it is not told.
		return nil, ledger.NewRecordError(name, ledger.CodeDamaged, "account record cannot be read")
	}
	if err := s.sound(name); err != nil {
		return nil, err
	}
	return s.record(), nil
}
