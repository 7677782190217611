package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// providerFile makes or reads the file of the new provider.
func (r *runner) providerFile(ctx context.Context, n newProvider) ([]byte, error) {
	if n.preset == "" && len(n.set) > 0 {
		return nil, usage(errors.New("--set requires --preset"))
	}
	switch {
	case n.file != "":
		if n.id != "" || n.name != "" || n.clientID != "" || n.caFile != "" {
			return nil, usage(errors.New("--file cannot be used with PROVIDER, --name, --client-id or --ca-file"))
		}
		return r.readProviderFile(ctx, n.file)
	case n.preset != "":
		if n.id == "" {
			return nil, usage(errors.New("missing PROVIDER, the ID of the new provider"))
		}
		variables := map[string]string{}
		for _, pair := range n.set {
			key, value, ok := strings.Cut(pair, "=")
			if !ok {
				return nil, usage(fmt.Errorf("--set requires NAME=VALUE, but got %q", pair))
			}
			variables[key] = value
		}
		data, err := providers.FromPreset(n.id, n.preset, n.name, n.clientID, variables)
		if err != nil {
			return nil, usage(err)
		}
		return data, nil
	default:
		m, err := discover(ctx, n.issuer, n.caFile)
		if err != nil {
			return nil, err
		}
		if n.id == "" {
			n.id = providers.SuggestID(m.Issuer)
		}
		return providers.FromIssuer(n.id, n.name, n.clientID, m)
	}
}

// trust puts the file of certificates into the new provider's file, and makes
// sure that it can be used. One that the file names beside itself is named by
// its full path, since the provider's file is kept elsewhere.
func (n newProvider) trust(p *providers.Provider, data []byte) ([]byte, error) {
	caFile := n.caFile
	if caFile == "" && p.Trust.CAFile != "" && n.file != "-" {
		caFile = p.Trust.CAFile
		if !filepath.IsAbs(caFile) {
			var err error
			if caFile, err = filepath.Abs(filepath.Join(filepath.Dir(n.file), caFile)); err != nil {
				return nil, err
			}
		}
	}
	if caFile == "" {
		return data, nil
	}
	cas, err := providers.ReadCAs(caFile)
	if err == nil {
		err = cas.Valid(time.Now())
	}
	if err != nil {
		return nil, &contextError{err: err, provider: p}
	}
	return providers.WithCAFile(data, caFile)
}

// withSecret makes sure that a client secret, if given, will be sent: the new
// provider's file says so, and a file that rules it out is refused.
func (n newProvider) withSecret(p *providers.Provider, data []byte) ([]byte, error) {
	ruledOut := p.Client.NoSecret()
	switch {
	case n.secretFile == "":
		return data, nil
	case ruledOut != "":
		return nil, usage(fmt.Errorf("%s says %s, so the secret would never be sent: leave out --secret-file, or remove that setting", n.file, ruledOut))
	case n.file != "":
		return data, nil
	}
	return providers.WithSecret(data)
}

// maxProviderFile bounds what is read as a provider file, in bytes.
const maxProviderFile = 1<<20 + 1

func (r *runner) readProviderFile(ctx context.Context, name string) ([]byte, error) {
	shown := name
	if name == standardFile {
		shown = "standard input"
	}
	data, err := fileWithin(ctx, r.Err, shown, func() ([]byte, error) {
		if name == standardFile {
			return io.ReadAll(io.LimitReader(r.In, maxProviderFile))
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // only read from
		return io.ReadAll(io.LimitReader(f, maxProviderFile))
	})
	if err == nil || errors.As(err, new(*problemError)) {
		return data, err
	}
	return nil, unusableProvider(err.Error())
}

func unusableProvider(why string) error {
	return &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Title: "The provider file is not valid", Detail: why,
		Next: "Nothing was added. Correct the file, then add it again.", Code: "provider-file",
	}}
}
