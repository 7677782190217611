package near

import "testing"

func TestHost(t *testing.T) {
	for host, want := range map[string]Distance{
		"127.0.0.1": Here, "127.8.9.1": Here, "::1": Here, "[::1]": Here, "localhost": Here, "LOCALHOST.": Here, "a.localhost": Here,
		"0.0.0.0": Here, "::": Here, "::ffff:127.0.0.1": Here, "127.1": Here, "2130706433": Here, "0x7f000001": Here, "0x7f.1": Here, "": Here,
		"10.0.0.1": Inside, "192.168.1.1": Inside, "172.16.9.9": Inside, "169.254.169.254": Inside, "fe80::1": Inside, "fd00::1": Inside, "100.64.0.1": Inside,
		"192.0.2.1": Outside, "2001:db8::1": Outside, "login.example.com": Outside, "１２７.0.0.1": Here, "ⓛocalhost": Here, "127。0。0。1": Here, "⑩.0.0.1": Inside, "bücher.example": Outside, "localhost.example.com": Outside, "a.x1": Outside,
	} {
		if got := Host(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
