package doctor

import "os"

// ephemeral is the range of this system.
func ephemeral() portRange {
	local, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return portRange{}
	}
	reserved, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_reserved_ports")
	if err != nil {
		reserved = nil // none, then
	}
	return parseRange(string(local), string(reserved))
}
