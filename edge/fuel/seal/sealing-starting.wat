;; Runs a metered module that has a start function as package fuel's supervisor does, and leaves the rest to
;; the sealing module: the code that the job ended with and the fuel that is left.
(module $supervisor
  (import "exit.wasm" "table" (table 1 funcref))
  (import "exit.wasm" "proc_exit" (func (param i32)))
  (import "seal.wasm" "finish" (func $finish (param $code i32) (param $fuel i64)))
  (import "job.wasm" "_start" (func $job))
  (import "job.wasm" "tadpole.start" (func $start))
  (import "job.wasm" "tadpole.fuel" (global $fuel (mut i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "TPLIMIT!") ;; the limit takes this place
  (elem (i32.const 0) func $report)

  (func $_start (export "_start")
    (global.set $fuel (i64.load (i32.const 0)))
    (call $start)
    (call $job)
    (call $report (i32.const 0)))

  (func $report (param $code i32)
    (call $finish (local.get $code) (global.get $fuel))))
