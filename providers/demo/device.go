package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Device flow times (RFC 8628 §3.2). The interval is short because this
// server has nothing else to do.
const (
	deviceTTL      = 10 * time.Minute
	deviceInterval = time.Second
)

// device is one device authorization (RFC 8628).
type device struct {
	deviceCode string
	state      op.DeviceAuthorizationState
	polled     time.Time
	// handed is the copy of state that tokens are being made for.
	handed *op.DeviceAuthorizationState
}

// addDevice keeps a device authorization until its person has answered.
func (s *store) addDevice(userCode string, d *device) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune()
	if s.devices[userCode] != nil {
		return op.ErrDuplicateUserCode
	}
	if len(s.devices) >= maxPending {
		return oidc.ErrServerError().WithDescription("too many sign-ins in progress")
	}
	s.devices[userCode] = d
	return nil
}

// pollDevice says how a device authorization stands. Too quick a poll is
// answered slow_down (RFC 8628 §3.5), which the library makes of a passed deadline.
func (s *store) pollDevice(clientID, deviceCode string) (*op.DeviceAuthorizationState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices {
		if d.deviceCode != deviceCode || d.state.ClientID != clientID {
			continue
		}
		now := s.now()
		quick := now.Sub(d.polled) < deviceInterval/2
		d.polled = now
		if quick && !d.state.Done && !d.state.Denied {
			return nil, context.DeadlineExceeded
		}
		c := d.state
		d.handed = &c
		return d.handed, nil
	}
	return nil, errors.New("device code is not known")
}

// redeemDevice makes the tokens of a device authorization, once.
func (s *store) redeemDevice(st *op.DeviceAuthorizationState, withRefresh bool) (accessID, refresh string, expires time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for userCode, d := range s.devices {
		if d.handed != st {
			continue
		}
		delete(s.devices, userCode)
		var fam string
		if withRefresh {
			fam, refresh = s.newFamily(st.Subject, st.Scopes, st.AuthTime)
		}
		accessID, expires = s.issue(st.Subject, st.Scopes, fam)
		s.save()
		return accessID, refresh, expires, nil
	}
	return "", "", time.Time{}, oidc.ErrInvalidGrant().WithParent(errGone)
}

// pendingDevice returns the scopes of a device that waits for its person, and
// the user code as it was given out: people type it with different dashes and case.
func (s *store) pendingDevice(typed string) (userCode string, scopes []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for userCode, d := range s.devices {
		if plainCode(userCode) != plainCode(typed) {
			continue
		}
		if d.state.Done || d.state.Denied || s.now().After(d.state.Expires) {
			break
		}
		return userCode, slices.Clone(d.state.Scopes), nil
	}
	return "", nil, errGone
}

// finishDevice notes the person's answer for a device.
func (s *store) finishDevice(r *request, allow bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.devices[r.device]
	if d == nil || d.state.Done || d.state.Denied {
		return errGone
	}
	d.state.Denied = !allow
	d.state.Done = allow
	d.state.Subject, d.state.Scopes, d.state.AuthTime = r.user, r.scopes, r.authTime
	return nil
}

func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(code)))
}
