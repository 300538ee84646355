;; Stands for WASI's proc_exit towards a supervised module, so that the supervisor
;; can write down the fuel first. It is linked before the job, which is linked
;; before the supervisor: hence the table, which the supervisor fills.
(module $exit
  (type $report (func (param $code i32)))
  (table (export "table") 1 funcref)
  (func $proc_exit (export "proc_exit") (param $code i32)
    (call_indirect (type $report) (local.get $code) (i32.const 0))
    unreachable))
