// Package ui is the window.
//
// A callback makes an intent of the state; the state does it in a goroutine
// and posts the outcome; the screens are rendered from the state. The rules:
//
//  1. Fyne calls callbacks on the UI goroutine: no network, disk, keyring or
//     channel wait there.
//  2. fyne.Do appears once, as the post function handed to the store; DoAndWait
//     never. Tests hand in a queue that they drain on the test goroutine,
//     because the test driver runs fyne.Do on the caller's goroutine.
//  3. Fetch, then commit once; a late result of a cancelled attempt is dropped
//     by its generation number.
//  4. Every goroutine has an owner and a context. Nothing durable happens in a
//     posted closure or in OnStopped: main persists and closes after Run
//     returns.
//  5. Screens build and render, they start nothing. A route is data in the
//     state. Waiting is a screen, not a dialog.
//  6. Build and test with the tag migrated_fynedo, and once without, failing on
//     its thread warnings.
//  7. Rows are reused: set(row) sets everything. Everything is reachable by
//     keyboard, and nothing is shown by colour alone.
package ui
