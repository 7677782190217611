package vault_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/claviger/claviger/vault"
)

// A vault with a passphrase, and the next start of the program.
func Example() {
	dir, err := os.MkdirTemp("", "vault")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx := context.Background()

	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if err := v.Setup(ctx, "correct horse battery staple"); err != nil { // "" keeps the key in the keyring
		log.Fatal(err)
	}
	if err := v.Put(ctx, "note", []byte("remember me")); err != nil {
		log.Fatal(err)
	}
	_ = v.Close()

	v, err = vault.Open(dir, vault.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if err := v.Unlock(ctx, "correct horse battery staple"); err != nil {
		log.Fatal(err)
	}
	note, err := v.Get(ctx, "note")
	fmt.Println(string(note), err)
	_ = v.Close()
	// Output: remember me <nil>
}
