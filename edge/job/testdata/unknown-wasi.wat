(module (import "wasi_snapshot_preview1" "sock_connect" (func)) (func (export "_start")))
