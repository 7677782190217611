package auth

import "time"

// DeviceCode is a device authorization answer (RFC 8628 §3.2).
type DeviceCode struct {
	UserCode                string
	VerificationURI         string
	VerificationURIComplete string
	ExpiresAt               time.Time
}
