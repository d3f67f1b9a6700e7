;; The hash of doubles, four at a time: `mix` and what surrounds it in window-hash.ts, with the vector instructions of WebAssembly.
;;
;; Memory, in bytes:
;;      0  4 x i32     sums of the low words, a lane each
;;     16  4 x i32     sums of the high words
;;     32  1024 x i32  low words of the rows' keys
;;   4128  1024 x i32  high words of the rows' keys
;;   8224  1024 x f64  the cells of one column
(module
  (memory (export "memory") 1)

  ;; Adds the first `count` cells under the column's key. All NaNs count as one.
  (func (export "addDoubles") (param $count i32) (param $keyLow i32) (param $keyHigh i32)
    (local $row i32)
    (local $keysLow v128) (local $keysHigh v128)
    (local $some v128) (local $others v128) (local $x v128) (local $y v128)
    (local $isCell v128) (local $low v128) (local $high v128)
    (local.set $keysLow (i32x4.splat (local.get $keyLow)))
    (local.set $keysHigh (i32x4.splat (local.get $keyHigh)))
    (local.set $low (v128.load (i32.const 0)))
    (local.set $high (v128.load (i32.const 16)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_s (local.get $row) (local.get $count)))

        ;; Two cells and two more; then their low words and their high words.
        (local.set $some (v128.load offset=8224 (i32.shl (local.get $row) (i32.const 3))))
        (local.set $others (v128.load offset=8240 (i32.shl (local.get $row) (i32.const 3))))
        (local.set $some (v128.bitselect
          (v128.const i64x2 0x7ff8000000000000 0x7ff8000000000000)
          (local.get $some)
          (f64x2.ne (local.get $some) (local.get $some))))
        (local.set $others (v128.bitselect
          (v128.const i64x2 0x7ff8000000000000 0x7ff8000000000000)
          (local.get $others)
          (f64x2.ne (local.get $others) (local.get $others))))
        (local.set $x (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $some) (local.get $others)))
        (local.set $y (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $some) (local.get $others)))

        ;; The key of each: its row's and the column's.
        (local.set $x (v128.xor (local.get $x)
          (i32x4.add (local.get $keysLow) (v128.load offset=32 (i32.shl (local.get $row) (i32.const 2))))))
        (local.set $y (v128.xor (local.get $y)
          (i32x4.add (local.get $keysHigh) (v128.load offset=4128 (i32.shl (local.get $row) (i32.const 2))))))

        ;; mix
        (local.set $x (i32x4.mul
          (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16)))
          (v128.const i32x4 0x85ebca6b 0x85ebca6b 0x85ebca6b 0x85ebca6b)))
        (local.set $y (i32x4.mul
          (v128.xor (local.get $y) (i32x4.shr_u (local.get $y) (i32.const 15)))
          (v128.const i32x4 0xc2b2ae35 0xc2b2ae35 0xc2b2ae35 0xc2b2ae35)))
        (local.set $x (i32x4.add (local.get $x)
          (v128.or (i32x4.shl (local.get $y) (i32.const 13)) (i32x4.shr_u (local.get $y) (i32.const 19)))))
        (local.set $y (v128.xor (local.get $y)
          (v128.or (i32x4.shl (local.get $x) (i32.const 17)) (i32x4.shr_u (local.get $x) (i32.const 15)))))
        (local.set $x (i32x4.mul
          (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 15)))
          (v128.const i32x4 0x7feb352d 0x7feb352d 0x7feb352d 0x7feb352d)))
        (local.set $y (i32x4.mul
          (v128.xor (local.get $y) (i32x4.shr_u (local.get $y) (i32.const 16)))
          (v128.const i32x4 0x846ca68b 0x846ca68b 0x846ca68b 0x846ca68b)))
        (local.set $x (i32x4.add (local.get $x)
          (v128.or (i32x4.shl (local.get $y) (i32.const 15)) (i32x4.shr_u (local.get $y) (i32.const 17)))))
        (local.set $y (v128.xor (local.get $y)
          (v128.or (i32x4.shl (local.get $x) (i32.const 11)) (i32x4.shr_u (local.get $x) (i32.const 21)))))
        (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16))))
        (local.set $y (v128.xor (local.get $y) (i32x4.shr_u (local.get $y) (i32.const 15))))

        ;; Of the last four, those past the count are none.
        (local.set $isCell (i32x4.lt_s
          (i32x4.add (i32x4.splat (local.get $row)) (v128.const i32x4 0 1 2 3))
          (i32x4.splat (local.get $count))))
        (local.set $low (i32x4.add (local.get $low) (v128.and (local.get $isCell) (local.get $x))))
        (local.set $high (i32x4.add (local.get $high) (v128.and (local.get $isCell) (local.get $y))))
        (local.set $row (i32.add (local.get $row) (i32.const 4)))
        (br $next)
      )
    )
    (v128.store (i32.const 0) (local.get $low))
    (v128.store (i32.const 16) (local.get $high))
  )
)
