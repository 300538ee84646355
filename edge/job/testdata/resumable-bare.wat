;; A guest that can go on from a checkpoint but has no memory, of which one could be made.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (global $left (mut i32) (i32.const 9))
  (func $step (result i32)
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (global.get $left))
  (func $resume (export "tadpole.resume")
    (loop
      (drop (call $yield))
      (br_if 0 (call $step))))
  (func (export "_start") (call $resume)))
