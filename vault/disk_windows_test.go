package vault

func badDisks() map[error]error {
	return map[error]error{ErrDiskFull: errDiskFull, ErrReadOnly: errWriteProtect}
}
