// Command terminal signs a person in, remembers them, and calls the provider's API:
//
//	CLAVIGER_GITHUB_CLIENT_ID=… go run ./examples/terminal github https://api.github.com/user
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: terminal PROVIDER URL")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		found := problem.Explain(err, nil, "") // words for a person
		fmt.Fprintln(os.Stderr, found.Title, found.Next)
		os.Exit(1)
	}
}

func run(ctx context.Context, provider, url string) error {
	config, err := os.UserConfigDir()
	if err != nil {
		return err
	}
	dir := filepath.Join(config, "claviger-example")
	set, err := providers.Load(dir, os.Environ()) // built in, and yours in dir/providers.d
	if err != nil {
		return err
	}
	v, err := vault.Open(filepath.Join(dir, "vault"), vault.Options{}) // its key is in the keyring
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	agent, err := auth.New(auth.Options{Lookup: set.Lookup, Store: v})
	if err != nil {
		return err
	}
	defer func() { _ = agent.Close() }()

	account, err := agent.Account(ctx, provider) // remembered: no network, no browser
	if errors.Is(err, auth.ErrNoAccount) {
		account, err = agent.SignIn(ctx, auth.SignInRequest{Provider: provider, Remember: true})
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "Hello,", account.User.Name)
	return show(ctx, agent, account.ID, url)
}

// show writes what url answers. The client sends a token that has not expired.
func show(ctx context.Context, agent *auth.Agent, id, url string) error {
	client, err := agent.Client(ctx, id)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}
