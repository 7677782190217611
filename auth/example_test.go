package auth_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/problem"
)

// A sign-in, and a request with its token. The provider and the browser are
// those of package authtest; a program has a *providers.Set and leaves Browser
// empty.
func Example() {
	provider, browser := authtest.Start(), &authtest.Browser{}
	defer provider.Close()
	ctx := context.Background()

	agent, err := auth.New(auth.Options{Lookup: provider.Lookup, Browser: browser.Open})
	if err != nil {
		log.Fatal(err)
	}
	account, err := agent.SignIn(ctx, auth.SignInRequest{Provider: "authtest"})
	if err != nil {
		log.Fatal(problem.Explain(err, nil, "").Title)
	}
	client, err := agent.Client(ctx, account.ID) // sends a token that is not expired
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello,", account.User.Name)

	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, provider.URL+"/api/me", nil)
	answer, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	_, _ = answer.Body.Close(), agent.Close()
	fmt.Printf("%s", body)
	// Output:
	// Hello, Mira Okonkwo
	// {"login":"mira","path":"/api/me"}
}

// Restoring remembered accounts: they are there at once, and the network is
// asked afterwards.
func ExampleAgent_CheckAll() {
	provider := authtest.Start()
	defer provider.Close()
	agent, err := auth.New(auth.Options{Lookup: provider.Lookup}) // with a Store
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	accounts, _ := agent.Accounts(ctx) // no network
	fmt.Println(len(accounts), "accounts")
	go agent.KeepFresh(ctx)
	fmt.Println(agent.CheckAll(ctx))
	_ = agent.Close()
	// Output:
	// 0 accounts
	// <nil>
}
