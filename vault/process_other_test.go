//go:build !linux

package vault

import (
	"context"
	"errors"
)

var errLinuxOnly = errors.New("for Linux only")

func limited(context.Context, *Vault) error { return errLinuxOnly }

func gnome(context.Context, string) error { return errLinuxOnly }

func unwatched(context.Context, *Vault) error { return errLinuxOnly }
