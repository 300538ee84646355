;; Counts to 250 million, which takes seconds, and ends well.
(module $busy
  (memory (export "memory") 1)
  (func $start (export "_start") (local $i i64)
    (loop $again
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $again (i64.lt_u (local.get $i) (i64.const 250000000))))))
;; Built by `wat2wasm busy.wat`.
