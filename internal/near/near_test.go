package near

import "testing"

func TestHost(t *testing.T) {
	for host, want := range map[string]Distance{
		"127.0.0.1": Here, "127.8.9.1": Here, "::1": Here, "[::1]": Here, "localhost": Here, "LOCALHOST.": Here, "a.localhost": Here,
		"0.0.0.0": Here, "::": Here, "::ffff:127.0.0.1": Here, "127.1": Here, "2130706433": Here, "0x7f000001": Here, "0x7f.1": Here, "": Here,
		"10.0.0.1": Inside, "192.168.1.1": Inside, "172.16.9.9": Inside, "169.254.169.254": Inside, "fe80::1": Inside, "fd00::1": Inside, "100.64.0.1": Inside,
		"192.0.2.1": Outside, "2001:db8::1": Outside, "login.example.com": Outside, "１２７.0.0.1": Here, "ⓛocalhost": Here, "127。0。0。1": Here, "⑩.0.0.1": Inside, "bücher.example": Outside, "localhost.example.com": Outside, "a.x1": Outside,
		"::%lo": Here, "[::%lo]": Here, "::1%lo": Here, "::ffff:127.0.0.1%lo": Here, "fd00::1%eth0": Inside, "fec0::1%eth0": Inside, "2001:db8::1%eth0": Outside,
		"64:ff9b::127.0.0.1": Here, "64:ff9b::10.0.0.1": Inside, "64:ff9b::192.0.2.1": Outside, "64:ff9b:1::192.0.2.1": Inside,
		"2002:7f00:1::1": Here, "2002:a00:1::1": Inside, "2002:c000:201::1": Outside, "::127.0.0.1": Here, "::10.0.0.1": Inside, "::192.0.2.1": Outside,
		"fec0::1": Inside, "0.0.0.1": Inside, "198.18.0.1": Inside, "198.19.255.255": Inside, "198.20.0.1": Outside, "192.0.0.8": Inside, "192.0.1.1": Outside,
		"240.0.0.1": Inside, "255.255.255.255": Inside, "239.0.0.1": Inside, "223.255.255.255": Outside,
	} {
		if got := Host(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
