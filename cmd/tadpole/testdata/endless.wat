;; Never ends.
(module $endless
  (memory (export "memory") 1)
  (func $start (export "_start") (loop $again (br $again))))
;; Built by `wat2wasm --debug-names endless.wat`: Bacalhau wants a name section.
