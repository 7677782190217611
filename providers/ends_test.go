package providers

import "testing"

// What editors and secret stores leave around a value of the environment or of a
// file is no part of it.
func TestInvisibleEnds(t *testing.T) {
	for _, around := range []string{"%\n", "%\r", "%\r\n", " %\t", "\ufeff%", "\u00a0%\u200b"} {
		put := func(s string) string {
			out := ""
			for _, c := range around {
				if c == '%' {
					out += s
				} else {
					out += string(c)
				}
			}
			return out
		}
		s, err := Load("", []string{
			"CLAVIGER_OIDC_ISSUER=" + put("https://login.example.com"),
			"CLAVIGER_OIDC_CLIENT_ID=" + put("client-1"), "CLAVIGER_OIDC_CLIENT_SECRET=" + put("s3cr et"),
		})
		if err != nil {
			t.Fatal(err)
		}
		p, _ := s.Lookup("oidc")
		if p.Issuer != "https://login.example.com" || p.Client.ID != "client-1" || p.Client.Secret.Reveal() != "s3cr et" {
			t.Errorf("%q: issuer %q, client %q", around, p.Issuer, p.Client.ID)
		}
	}
}
