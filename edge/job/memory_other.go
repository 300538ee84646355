//go:build !unix

package job

func reserve(n uint64) ([]byte, error) { return make([]byte, n), nil }

func commit([]byte) error { return nil }

func release([]byte) {}

func canExecute() bool { return true }
