// Package ledger keeps named records in a store, and in memory what the store does
// not have.
//
// It knows nothing of what is in them: [Ledger] is the store as all parts of an
// agent see it, with a lock a record and notices of changes; [Memory] holds what is
// never to be stored, and what the store would not take yet, which it writes later.
package ledger
