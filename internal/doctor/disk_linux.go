package doctor

import (
	"fmt"
	"syscall"
)

// readOnlyMount is ST_RDONLY of statfs(2).
const readOnlyMount = 1

// kinds are the file systems that people have their folders on, by the number that
// statfs(2) gives.
func kinds() map[int64]string {
	return map[int64]string{
		0xef53: "ext4", 0x9123683e: "btrfs", 0x58465342: "xfs", 0x01021994: "tmpfs", 0x2fc12fc1: "zfs", 0xf2f52010: "f2fs",
		0x794c7630: "overlayfs", 0x6969: "NFS", 0x65735546: "FUSE", 0xf15f: "eCryptfs", 0xca451a4e: "bcachefs",
	}
}

// looseKinds are those that do not keep modes of files, or not by themselves.
func looseKinds() map[int64]string {
	return map[int64]string{
		0x4d44: "FAT", 0x2011bab0: "exFAT", 0x01021997: "a folder of Windows (9p)", 0x517b: "a Windows share (SMB)",
		0xfe534d42: "a Windows share (SMB)", 0xff534d42: "a Windows share (CIFS)",
	}
}

// diskOf looks at the file system of a folder.
func diskOf(dir string) (diskState, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return diskState{}, err
	}
	number := int64(s.Type) & 0xffffffff //nolint:unconvert // another size on other processors
	d := diskState{
		free:     s.Bavail * uint64(max(s.Bsize, 0)),
		readOnly: s.Flags&readOnlyMount != 0,
		kind:     kinds()[number], loose: looseKinds()[number],
	}
	if d.kind == "" {
		d.kind = fmt.Sprintf("a file system of type %#x", number)
	}
	return d, nil
}
