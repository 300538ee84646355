;; Runs a metered module on a host that knows nothing of fuel, for one that has a start function: gives
;; it the fuel that it may take, and at its end writes what is left to
;; /meter/fuel, 8 bytes, little-endian. A trap writes nothing.
(module $supervisor
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "exit.wasm" "table" (table 1 funcref))
  (import "exit.wasm" "proc_exit" (func (param i32)))
  (import "job.wasm" "_start" (func $job))
  (import "job.wasm" "tadpole.start" (func $start))
  (import "job.wasm" "tadpole.fuel" (global $fuel (mut i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "TPLIMIT!")         ;; the limit takes this place
  (data (i32.const 16) "meter/fuel")
  (data (i32.const 32) "\00\00\00\00\08\00\00\00") ;; iovec: at 0, 8 bytes
  (elem (i32.const 0) func $report)

  (func $_start (export "_start")
    (global.set $fuel (i64.load (i32.const 0)))
    (call $start)
    (call $job)
    (call $report (i32.const 0)))

  (func $report (param $code i32)
    (i64.store (i32.const 0) (global.get $fuel))
    ;; Below "/", which is descriptor 3: create, truncate; to write. A host that lets
    ;; no file be written is told from a job that traps by the file that is missing.
    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 10) (i32.const 9) (i64.const 64) (i64.const 64) (i32.const 0) (i32.const 40))
      (then (call $proc_exit (i32.const 250))))
    (if (call $fd_write (i32.load (i32.const 40)) (i32.const 32) (i32.const 1) (i32.const 44))
      (then (call $proc_exit (i32.const 250))))
    (if (call $fd_close (i32.load (i32.const 40)))
      (then (call $proc_exit (i32.const 250))))
    (call $proc_exit (local.get $code))))
