;; Has a start function, which works before _start does.
(module $starting
  (memory (export "memory") 1)
  (global $n (mut i32) (i32.const 0))
  (func $begin (loop $again
    (global.set $n (i32.add (global.get $n) (i32.const 1)))
    (br_if $again (i32.lt_u (global.get $n) (i32.const 100)))))
  (start $begin)
  (func (export "_start")
    (if (i32.ne (global.get $n) (i32.const 100)) (then unreachable))))
