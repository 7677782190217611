package problem

import (
	"slices"
)

// The kind of a problem decides exit codes and whether something is tried again:
// it stands here and not beside the words, so that it does not change when a person edits a
// sentence. The keys are those of problems.toml; one that is not listed is
// [KindFailed].

// kinded lists keys of problems.toml by their kind.
type kinded map[Kind][]string

// sentinelKinds are those of the sentinels.
func sentinelKinds() kinded {
	return kinded{
		KindUsage: {
			"ErrNoAccount", "ErrAmbiguous", "ErrLabel", "ErrNoDevice", "ErrParameter", "ErrNoSecret", "ErrSecretUnused",
			"ErrNoRegistration", "ErrPasted", "ErrPlainHTTP", "providers.ErrNoClientID",
			"providers.ErrSharedRedirect", "providers.ErrNoVariable", "providers.ErrUnusable", "providers.ErrUnknown",
			"providers.ErrInUse", "providers.ErrNotOwn", "providers.ErrCAFile",
		},
		KindNeedsSignIn: {
			"ErrNeedsSignIn", "ErrOtherAccount", "ErrNoRefresh", "ErrMoved",
		},
		KindOffline: {
			"ErrOffline", "ErrRateLimited",
		},
		KindRefused: {
			"ErrCanceled", "ErrNotOpen", "ErrInitialToken", "ErrNotThisApp",
		},
	}
}

// otherKinds are those of what has no sentinel or code of its own.
func otherKinds() kinded {
	return kinded{
		KindNeedsSignIn: {
			"other-account", "other-account:signed-in", "other-account:no-choice", "refreshed-id-token",
			"no-refresh-token:good", "no-refresh-token:open",
		},
		KindOffline: {
			"busy", "portal",
		},
		KindUsage: {
			"secret-unused:kept", "provider-file",
		},
	}
}

// oauthKinds are those of OAuth error codes, some of them at one step.
func oauthKinds() kinded {
	return kinded{
		KindRefused: {
			"access_denied", "access_denied:why", "authorization_declined", "user_cancelled_login",
			"user_cancelled_authorize", "consent_required", "invalid_request@refresh",
			"unmet_authentication_requirements", "unverified_user_email", "application_suspended",
			"admin_policy_enforced", "org_internal",
		},
		KindNeedsSignIn: {
			"invalid_grant@refresh", "bad_refresh_token", "expired_token@refresh", "token_expired@refresh",
			"login_required", "interaction_required", "mfa_required", "account_selection_required",
			"login_required:none", "interaction_required:none", "consent_required:none",
			"account_selection_required:none", "invalid_token@refresh", "invalid_token", "insufficient_scope",
		},
		KindOffline: {
			"temporarily_unavailable", "server_error", "slow_down",
		},
	}
}

// storeKinds are those of the codes of a store.
func storeKinds() kinded {
	return kinded{
		KindLocked: {
			"locked", "wrong-passphrase", "keyring-unavailable", "keyring-locked", "keyring-hangs", "keyring-gone",
			"key-missing", "key-elsewhere", "key-file-unset", "key-file-missing", "key-file-shared", "key-file-bad", "key-file-other",
			"kernel-keyring", "not-set-up",
		},
	}
}

// of gives each of some words its kind.
func (k kinded) of(entries map[string]words) {
	for key, w := range entries {
		w.Kind = k.kind(key)
		entries[key] = w
	}
}

// kind is that of a key.
func (k kinded) kind(key string) Kind {
	for kind, keys := range k {
		if slices.Contains(keys, key) {
			return kind
		}
	}
	return KindFailed
}
