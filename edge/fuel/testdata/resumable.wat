;; A module that can go on from a checkpoint. Each step changes memory and globals of all
;; types, grows the memory at times, and calls itself as deep as the step's number.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory (export "memory") 1)
  (global $steps (export "steps") (mut i32) (i32.const 0))
  (global $sum (export "sum") (mut i64) (i64.const 7))
  (global $single (export "single") (mut f32) (f32.const nan:0x200001))
  (global $double (export "double") (mut f64) (f64.const 1.5))
  (global $limit i32 (i32.const 12))

  (func $deep (param $n i32) (result i64)
    (if (result i64) (local.get $n)
      (then (i64.add (i64.extend_i32_u (local.get $n)) (call $deep (i32.sub (local.get $n) (i32.const 1)))))
      (else (i64.const 1))))

  (func $begin (memory.fill (i32.const 256) (i32.const 3) (i32.const 64)))

  (func $step (result i32)
    (local $at i32)
    (global.set $steps (i32.add (global.get $steps) (i32.const 1)))
    (global.set $sum (i64.mul (i64.add (global.get $sum) (call $deep (global.get $steps))) (i64.const 6364136223846793005)))
    (global.set $double (f64.div (global.get $double) (f64.const 3)))
    (if (i32.eqz (i32.rem_u (global.get $steps) (i32.const 5)))
      (then (global.set $single (f32.add (global.get $single) (f32.const 1)))
            (drop (memory.grow (i32.const 1)))))
    (local.set $at (i32.shl (i32.sub (memory.size) (i32.const 1)) (i32.const 16)))
    (i64.store (i32.add (local.get $at) (i32.shl (global.get $steps) (i32.const 3))) (global.get $sum))
    (i32.lt_u (global.get $steps) (global.get $limit)))

  (func $end (i64.store (i32.const 0) (global.get $sum)))

  (func $resume (export "tadpole.resume")
    (loop
      (drop (call $yield))
      (br_if 0 (call $step)))
    (call $end))

  (func $start (export "_start")
    (call $begin)
    (call $resume)))
