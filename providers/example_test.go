package providers_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/claviger/claviger/providers"
)

// The built-in providers, and one from a file. The environment has the client ID that
// the file leaves open.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "providers")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := "id = \"work\"\npreset = \"oidc\"\nname = \"Work\"\nissuer = \"https://login.example.com\"\n"
	if err := os.Mkdir(filepath.Join(dir, "providers.d"), 0o700); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "providers.d", "work.toml"), []byte(file), 0o600); err != nil {
		log.Fatal(err)
	}

	set, err := providers.Load(dir, []string{"CLAVIGER_WORK_CLIENT_ID=my-app"})
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range []string{"work", "github"} {
		p, _ := set.Lookup(id)
		fmt.Println(p.Name, "is ready:", p.Ready() == nil)
	}
	// Output:
	// Work is ready: true
	// GitHub is ready: false
}
