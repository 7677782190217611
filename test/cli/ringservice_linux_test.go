package cli

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus"
)

// The Secret Service's names on the bus.
const (
	ringName   = "org.freedesktop.secrets"
	ringRoot   = dbus.ObjectPath("/org/freedesktop/secrets")
	ringFolder = ringRoot + "/collection/login"
	ringIface  = "org.freedesktop.Secret."
	noPrompt   = dbus.ObjectPath("/")
)

// ringService is a Secret Service on a bus of its own that can be made to fail in
// the ways that real ones do.
type ringService struct {
	address string

	mu    sync.Mutex
	items map[string][]byte // by attribute profile
	paths []string          // profiles in the order of their paths
	// refuse ends each writing in an error, lose takes it and keeps nothing,
	// locked waits for a person, hang answers nothing until the test ends.
	refuse, lose, locked bool
	hang                 bool
	ended                chan struct{}
}

// startRing starts a bus and the service on it.
func startRing(t *testing.T) *ringService {
	t.Helper()
	s := &ringService{items: map[string][]byte{}, ended: make(chan struct{})}
	t.Cleanup(func() { close(s.ended) })
	home := t.TempDir()
	s.address = startBus(t, "HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+filepath.Join(home, "data"))
	conn, err := dbus.Dial(s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.Auth(nil); err != nil {
		t.Fatal(err)
	}
	if err := conn.Hello(); err != nil {
		t.Fatal(err)
	}
	for _, export := range []struct {
		v     any
		iface string
	}{
		{ringRootObject{s}, ringIface + "Service"},
		{ringFolderObject{s}, ringIface + "Collection"},
		{ringItemObject{s}, ringIface + "Item"},
		{ringProperties{s}, "org.freedesktop.DBus.Properties"},
	} {
		if err := conn.ExportSubtree(export.v, ringRoot, export.iface); err != nil {
			t.Fatal(err)
		}
	}
	if reply, err := conn.RequestName(ringName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal("the bus has a keyring already", reply, err)
	}
	return s
}

// startBus starts a bus with these variables, and returns its address.
func startBus(t *testing.T, environ ...string) string {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("this machine has no dbus-daemon") // a desktop has
	}
	bus := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	bus.Env = append(os.Environ(), environ...)
	out, err := bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Process.Kill(); _ = bus.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}

// fails changes how the service behaves from now on.
func (s *ringService) fails(change func(*ringService)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse, s.lose, s.locked, s.hang = false, false, false, false
	change(s)
}

// enter is the start of each call.
func (s *ringService) enter() {
	s.mu.Lock()
	for s.hang {
		s.mu.Unlock()
		<-s.ended
		s.mu.Lock()
		return
	}
}

// count is how many items there are.
func (s *ringService) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items)
}

// profile is the item of a path. The lock must be held.
func (s *ringService) profile(m dbus.Message) string {
	path, _ := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	n, err := strconv.Atoi(strings.TrimPrefix(string(path), string(ringFolder)+"/"))
	if err != nil || n >= len(s.paths) {
		return ""
	}
	return s.paths[n]
}

type ringRootObject struct{ s *ringService }

// OpenSession is a method of the Secret Service API, as the others here are.
func (o ringRootObject) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	o.s.enter()
	defer o.s.mu.Unlock()
	return dbus.MakeVariant(""), ringRoot + "/session/1", nil
}

func (o ringRootObject) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) {
	o.s.enter()
	defer o.s.mu.Unlock()
	return ringFolder, nil
}

// Unlock never gets an answer from the person.
func (o ringRootObject) Unlock([]dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	<-o.s.ended
	return nil, noPrompt, nil
}

type ringFolderObject struct{ s *ringService }

func (o ringFolderObject) SearchItems(attributes map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	o.s.enter()
	defer o.s.mu.Unlock()
	found := []dbus.ObjectPath{}
	for i, profile := range o.s.paths {
		if _, there := o.s.items[profile]; there && profile == attributes["profile"] {
			found = append(found, ringFolder+dbus.ObjectPath("/"+strconv.Itoa(i)))
		}
	}
	return found, nil
}

// ringSecret is the Secret structure of the API.
type ringSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

func (o ringFolderObject) CreateItem(properties map[string]dbus.Variant, secret ringSecret, _ bool) (item, prompt dbus.ObjectPath, failed *dbus.Error) {
	o.s.enter()
	defer o.s.mu.Unlock()
	if o.s.refuse {
		return noPrompt, noPrompt, dbus.NewError("org.freedesktop.DBus.Error.Failed", []any{"Couldn't create new item"})
	}
	attributes, _ := properties[ringIface+"Item.Attributes"].Value().(map[string]string)
	profile := attributes["profile"]
	if !o.s.lose {
		if _, there := o.s.items[profile]; !there {
			o.s.paths = append(o.s.paths, profile)
		}
		o.s.items[profile] = secret.Value
	}
	return ringFolder + "/0", noPrompt, nil
}

type ringItemObject struct{ s *ringService }

func (o ringItemObject) GetSecret(m dbus.Message, session dbus.ObjectPath) (ringSecret, *dbus.Error) {
	o.s.enter()
	defer o.s.mu.Unlock()
	return ringSecret{session, []byte{}, o.s.items[o.s.profile(m)], "application/json"}, nil
}

func (o ringItemObject) Delete(m dbus.Message) (dbus.ObjectPath, *dbus.Error) {
	o.s.enter()
	defer o.s.mu.Unlock()
	delete(o.s.items, o.s.profile(m))
	return noPrompt, nil
}

type ringProperties struct{ s *ringService }

func (o ringProperties) Get(_, name string) (dbus.Variant, *dbus.Error) {
	o.s.enter()
	defer o.s.mu.Unlock()
	switch name {
	case "Collections":
		return dbus.MakeVariant([]dbus.ObjectPath{ringFolder}), nil
	case "Locked":
		return dbus.MakeVariant(o.s.locked), nil
	}
	return dbus.MakeVariant(""), dbus.NewError("org.freedesktop.DBus.Error.InvalidArgs", nil)
}
