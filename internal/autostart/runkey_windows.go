package autostart

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// approvedPath has what the Task Manager's switch says of what is in runPath.
const approvedPath = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`

func systemRunKey(name string) runKey { return userRegistry{runPath, approvedPath, name} }

// userRegistry is two keys of HKEY_CURRENT_USER, and the name of a value in them.
type userRegistry struct{ run, approved, name string }

func (u userRegistry) command() (string, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, u.run, registry.QUERY_VALUE)
	if err != nil {
		return "", missing(err)
	}
	defer func() { _ = k.Close() }() // only read from
	command, _, err := k.GetStringValue(u.name)
	return command, missing(err)
}

func (u userRegistry) setCommand(command string) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, u.run, registry.SET_VALUE)
	if err != nil {
		return err
	}
	return errors.Join(k.SetStringValue(u.name, command), k.Close())
}

func (u userRegistry) approval() ([]byte, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, u.approved, registry.QUERY_VALUE)
	if err != nil {
		return nil, missing(err)
	}
	defer func() { _ = k.Close() }() // only read from
	value, _, err := k.GetBinaryValue(u.name)
	return value, missing(err)
}

func (u userRegistry) forget() error {
	for _, path := range []string{u.run, u.approved} {
		k, err := registry.OpenKey(registry.CURRENT_USER, path, registry.SET_VALUE)
		if missing(err) != nil {
			return err
		}
		if err != nil {
			continue
		}
		if err := errors.Join(missing(k.DeleteValue(u.name)), k.Close()); err != nil {
			return err
		}
	}
	return nil
}

// missing is no error.
func missing(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
