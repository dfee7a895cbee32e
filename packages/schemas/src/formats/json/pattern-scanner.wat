;; Reads JSON records that are written alike straight into columns: see record-pattern.ts for what a pattern is.
;;
;; A pattern is an array of steps of 32 bytes, all i32:
;;    0 chunks of the text before the value   4 where they lie: 16 bytes of text, 16 bytes of mask each
;;    8 length of that text                  12 what to do with the value (br_table in $run)
;;   16, 20 where the cells go, row 0        24 where NULLs are marked, a byte for each row; 0: NULL is refused
;;   28 parameter of the kind
;; Behind the data lie at least 64 zero bytes: every scan stops there, so no position is checked against an end. A record
;; counts only if its last step ends exactly at its end; positions only grow, so a scan that ran past it never does.
(module
  (memory (export "memory") 1)

  ;; Behind the string whose first character is at $p, or 0. All that the grammar and UTF-8 allow.
  (func $string (param $p i32) (result i32)
    (local $stops i32) (local $v v128) (local $c i32)
    (loop $more (result i32)
      (local.set $v (v128.load (local.get $p)))
      ;; As signed bytes, control characters and all of non-ASCII lie below a space.
      (local.set $stops (i8x16.bitmask (v128.or
        (i8x16.lt_s (local.get $v) (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32))
        (v128.or
          (i8x16.eq (local.get $v) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34))
          (i8x16.eq (local.get $v) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92))))))
      (if (i32.eqz (local.get $stops)) (then
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $more)))
      (local.set $p (i32.add (local.get $p) (i32.ctz (local.get $stops))))
      (local.set $c (i32.load8_u (local.get $p)))
      (if (i32.eq (local.get $c) (i32.const 34))
        (then (return (i32.add (local.get $p) (i32.const 1)))))
      (local.set $p (if (result i32) (i32.eq (local.get $c) (i32.const 92))
        (then (call $escape (local.get $p)))
        (else (call $utf8 (local.get $p)))))
      (br_if $more (local.get $p))
      (i32.const 0)))

  ;; Behind the escape at $p, or 0.
  (func $escape (param $p i32) (result i32)
    (local $c i32) (local $i i32)
    (local.set $c (i32.load8_u offset=1 (local.get $p)))
    (if (i32.eq (local.get $c) (i32.const 117)) (then
      (local.set $i (i32.const 2))
      (loop $digit
        (if (i32.eqz (call $isHex (i32.load8_u (i32.add (local.get $p) (local.get $i)))))
          (then (return (i32.const 0))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $digit (i32.lt_u (local.get $i) (i32.const 6))))
      (return (i32.add (local.get $p) (i32.const 6)))))
    ;; " / \ b f n r t
    (if (result i32) (i32.or
        (i32.or (i32.eq (local.get $c) (i32.const 34)) (i32.eq (local.get $c) (i32.const 47)))
        (i32.or
          (i32.or (i32.eq (local.get $c) (i32.const 92)) (i32.eq (local.get $c) (i32.const 98)))
          (i32.or
            (i32.or (i32.eq (local.get $c) (i32.const 102)) (i32.eq (local.get $c) (i32.const 110)))
            (i32.or (i32.eq (local.get $c) (i32.const 114)) (i32.eq (local.get $c) (i32.const 116))))))
      (then (i32.add (local.get $p) (i32.const 2)))
      (else (i32.const 0))))

  (func $isHex (param $c i32) (result i32)
    (i32.or
      (call $isDigit (local.get $c))
      (i32.lt_u (i32.sub (i32.or (local.get $c) (i32.const 32)) (i32.const 97)) (i32.const 6))))

  (func $isDigit (param $c i32) (result i32)
    (i32.lt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 10)))

  ;; Behind the character of two to four bytes at $p, or 0 (Unicode 15, table 3-7).
  (func $utf8 (param $p i32) (result i32)
    (local $c i32) (local $low i32) (local $high i32) (local $size i32) (local $i i32)
    (local.set $c (i32.load8_u (local.get $p)))
    (if (i32.gt_u (i32.sub (local.get $c) (i32.const 0xc2)) (i32.const 0x32))
      (then (return (i32.const 0))))
    (local.set $size (i32.add (i32.const 2) (i32.add
      (i32.ge_u (local.get $c) (i32.const 0xe0))
      (i32.ge_u (local.get $c) (i32.const 0xf0)))))
    (local.set $low (i32.const 0x80))
    (local.set $high (i32.const 0xbf))
    (if (i32.eq (local.get $c) (i32.const 0xe0)) (then (local.set $low (i32.const 0xa0))))
    (if (i32.eq (local.get $c) (i32.const 0xed)) (then (local.set $high (i32.const 0x9f))))
    (if (i32.eq (local.get $c) (i32.const 0xf0)) (then (local.set $low (i32.const 0x90))))
    (if (i32.eq (local.get $c) (i32.const 0xf4)) (then (local.set $high (i32.const 0x8f))))
    (local.set $i (i32.const 1))
    (loop $byte
      (local.set $c (i32.load8_u (i32.add (local.get $p) (local.get $i))))
      (if (i32.or
          (i32.lt_u (local.get $c) (local.get $low))
          (i32.gt_u (local.get $c) (local.get $high)))
        (then (return (i32.const 0))))
      (local.set $low (i32.const 0x80))
      (local.set $high (i32.const 0xbf))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $byte (i32.lt_u (local.get $i) (local.get $size))))
    (i32.add (local.get $p) (local.get $size)))

  ;; The first position at or after $p that is no digit.
  (func $digits (param $p i32) (result i32)
    (loop $more
      (if (call $isDigit (i32.load8_u (local.get $p))) (then
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (br $more))))
    (local.get $p))

  ;; Behind the number at $p, or 0.
  (func $number (param $p i32) (result i32)
    (local $q i32) (local $c i32)
    (local.set $p (i32.add (local.get $p)
      (i32.eq (i32.load8_u (local.get $p)) (i32.const 45))))
    (local.set $q (call $digits (local.get $p)))
    (if (i32.eq (local.get $q) (local.get $p)) (then (return (i32.const 0))))
    (if (i32.and
        (i32.eq (i32.load8_u (local.get $p)) (i32.const 48))
        (i32.gt_u (i32.sub (local.get $q) (local.get $p)) (i32.const 1)))
      (then (return (i32.const 0))))
    (if (i32.eq (i32.load8_u (local.get $q)) (i32.const 46)) (then
      (local.set $p (i32.add (local.get $q) (i32.const 1)))
      (local.set $q (call $digits (local.get $p)))
      (if (i32.eq (local.get $q) (local.get $p)) (then (return (i32.const 0))))))
    (if (i32.eq (i32.or (i32.load8_u (local.get $q)) (i32.const 32)) (i32.const 101)) (then
      (local.set $c (i32.load8_u offset=1 (local.get $q)))
      (local.set $p (i32.add (local.get $q) (i32.add (i32.const 1) (i32.or
        (i32.eq (local.get $c) (i32.const 43))
        (i32.eq (local.get $c) (i32.const 45))))))
      (local.set $q (call $digits (local.get $p)))
      (if (i32.eq (local.get $q) (local.get $p)) (then (return (i32.const 0))))))
    (local.get $q))

  (func $space (param $p i32) (result i32)
    (local $c i32)
    (loop $more
      (local.set $c (i32.load8_u (local.get $p)))
      (if (i32.or
          (i32.or (i32.eq (local.get $c) (i32.const 32)) (i32.eq (local.get $c) (i32.const 10)))
          (i32.or (i32.eq (local.get $c) (i32.const 13)) (i32.eq (local.get $c) (i32.const 9))))
        (then
          (local.set $p (i32.add (local.get $p) (i32.const 1)))
          (br $more))))
    (local.get $p))

  ;; Behind the value at $p, or 0; objects and arrays at most $levels deep.
  (func $value (param $p i32) (param $levels i32) (result i32)
    (local $c i32) (local $close i32)
    (local.set $c (i32.load8_u (local.get $p)))
    (if (i32.eq (local.get $c) (i32.const 34))
      (then (return (call $string (i32.add (local.get $p) (i32.const 1))))))
    (if (i32.or (call $isDigit (local.get $c)) (i32.eq (local.get $c) (i32.const 45)))
      (then (return (call $number (local.get $p)))))
    (if (i32.or (i32.eq (local.get $c) (i32.const 123)) (i32.eq (local.get $c) (i32.const 91)))
      (then (return (if (result i32) (local.get $levels)
        (then (call $nested (local.get $p) (i32.sub (local.get $levels) (i32.const 1))))
        (else (i32.const 0))))))
    (call $word (local.get $p)))

  ;; Behind true, false or null at $p, or 0.
  (func $word (param $p i32) (result i32)
    (local $four i32)
    (local.set $four (i32.load (local.get $p)))
    (if (i32.or
        (i32.eq (local.get $four) (i32.const 0x65757274))
        (i32.eq (local.get $four) (i32.const 0x6c6c756e)))
      (then (return (i32.add (local.get $p) (i32.const 4)))))
    (if (result i32) (call $isFalse (local.get $p))
      (then (i32.add (local.get $p) (i32.const 5)))
      (else (i32.const 0))))

  (func $isFalse (param $p i32) (result i32)
    (i32.and
      (i32.eq (i32.load8_u (local.get $p)) (i32.const 102))
      (i32.eq (i32.load offset=1 (local.get $p)) (i32.const 0x65736c61))))

  ;; Behind the object or array at $p, or 0.
  (func $nested (param $p i32) (param $levels i32) (result i32)
    (local $object i32) (local $close i32)
    (local.set $object (i32.eq (i32.load8_u (local.get $p)) (i32.const 123)))
    ;; { and } are 2 apart, so are [ and ].
    (local.set $close (i32.add (i32.load8_u (local.get $p)) (i32.const 2)))
    (local.set $p (call $space (i32.add (local.get $p) (i32.const 1))))
    (if (i32.eq (i32.load8_u (local.get $p)) (local.get $close))
      (then (return (i32.add (local.get $p) (i32.const 1)))))
    (loop $member (result i32)
      (if (local.get $object) (then
        (if (i32.ne (i32.load8_u (local.get $p)) (i32.const 34)) (then (return (i32.const 0))))
        (local.set $p (call $string (i32.add (local.get $p) (i32.const 1))))
        (if (i32.eqz (local.get $p)) (then (return (i32.const 0))))
        (local.set $p (call $space (local.get $p)))
        (if (i32.ne (i32.load8_u (local.get $p)) (i32.const 58)) (then (return (i32.const 0))))
        (local.set $p (call $space (i32.add (local.get $p) (i32.const 1))))))
      (local.set $p (call $value (local.get $p) (local.get $levels)))
      (if (i32.eqz (local.get $p)) (then (return (i32.const 0))))
      (local.set $p (call $space (local.get $p)))
      (if (i32.eq (i32.load8_u (local.get $p)) (local.get $close))
        (then (return (i32.add (local.get $p) (i32.const 1)))))
      (if (i32.ne (i32.load8_u (local.get $p)) (i32.const 44)) (then (return (i32.const 0))))
      (local.set $p (call $space (i32.add (local.get $p) (i32.const 1))))
      (br $member)))

  ;; The eight digits in $w (the first in its lowest byte) as a number.
  (func $eight (param $w i64) (result i64)
    (local.set $w (i64.shr_u
      (i64.mul (i64.and (local.get $w) (i64.const 0x0f0f0f0f0f0f0f0f)) (i64.const 2561)) (i64.const 8)))
    (local.set $w (i64.shr_u
      (i64.mul (i64.and (local.get $w) (i64.const 0x00ff00ff00ff00ff)) (i64.const 6553601)) (i64.const 16)))
    (i64.shr_u
      (i64.mul (i64.and (local.get $w) (i64.const 0x0000ffff0000ffff)) (i64.const 42949672960001)) (i64.const 32)))

  ;; Second result of $integer: its absolute value; and of $fraction: how many digits are behind the point.
  (global $magnitude (mut i64) (i64.const 0))
  (global $scale (mut i32) (i32.const 0))

  ;; The digits at $p; behind them, or 0: none, more than $most (18 at most), or a zero too many in front.
  (func $integer (param $p i32) (param $most i32) (result i32)
    (local $q i32) (local $value i64) (local $w i64) (local $c i32)
    (local.set $q (local.get $p))
    (local.set $w (i64.load (local.get $q)))
    (if (i64.eqz (i64.or
        (i64.xor (i64.and (local.get $w) (i64.const 0xf0f0f0f0f0f0f0f0)) (i64.const 0x3030303030303030))
        (i64.xor
          (i64.and (i64.add (local.get $w) (i64.const 0x0606060606060606)) (i64.const 0xf0f0f0f0f0f0f0f0))
          (i64.const 0x3030303030303030))))
      (then
        (local.set $value (call $eight (local.get $w)))
        (local.set $q (i32.add (local.get $q) (i32.const 8)))))
    (block $end (loop $more
      (local.set $c (i32.sub (i32.load8_u (local.get $q)) (i32.const 48)))
      (br_if $end (i32.gt_u (local.get $c) (i32.const 9)))
      (local.set $value (i64.add
        (i64.mul (local.get $value) (i64.const 10)) (i64.extend_i32_u (local.get $c))))
      (local.set $q (i32.add (local.get $q) (i32.const 1)))
      (br $more)))
    (global.set $magnitude (local.get $value))
    (local.set $c (i32.sub (local.get $q) (local.get $p)))
    (if (i32.gt_u (i32.sub (local.get $c) (i32.const 1)) (i32.sub (local.get $most) (i32.const 1)))
      (then (return (i32.const 0))))
    (if (i32.and
        (i32.gt_u (local.get $c) (i32.const 1))
        (i32.eq (i32.load8_u (local.get $p)) (i32.const 48)))
      (then (return (i32.const 0))))
    (local.get $q))

  ;; Digits with or without a point, as exact as a double holds them: $magnitude without the point, $scale. Behind them,
  ;; or 0.
  (func $fraction (param $p i32) (result i32)
    (local $q i32) (local $value i64) (local $c i32)
    (local.set $q (call $integer (local.get $p) (i32.const 18)))
    (global.set $scale (i32.const 0))
    (if (i32.eqz (local.get $q)) (then (return (i32.const 0))))
    (if (i32.eq (i32.load8_u (local.get $q)) (i32.const 46)) (then
      (local.set $q (i32.add (local.get $q) (i32.const 1)))
      (local.set $value (global.get $magnitude))
      (block $end (loop $more
        (local.set $c (i32.sub (i32.load8_u (local.get $q)) (i32.const 48)))
        (br_if $end (i32.gt_u (local.get $c) (i32.const 9)))
        (local.set $value (i64.add
          (i64.mul (local.get $value) (i64.const 10)) (i64.extend_i32_u (local.get $c))))
        (global.set $scale (i32.add (global.get $scale) (i32.const 1)))
        (local.set $q (i32.add (local.get $q) (i32.const 1)))
        (br $more)))
      (global.set $magnitude (local.get $value))
      (if (i32.eqz (global.get $scale)) (then (return (i32.const 0))))
      ;; 18 digits and the point.
      (if (i32.gt_u (i32.sub (local.get $q) (local.get $p)) (i32.const 19))
        (then (return (i32.const 0))))))
    (select (i32.const 0) (local.get $q)
      (i64.gt_u (global.get $magnitude) (i64.const 9007199254740991))))

  (func $power (param $table i32) (param $exponent i32) (result f64)
    (f64.load (i32.add (local.get $table) (i32.shl (local.get $exponent) (i32.const 3)))))

  ;; Reads records $index up to $count by the pattern into rows from $row on, until one does not fit; returns where it
  ;; stopped. Record i is [starts[i], ends[i]) of an input of which [$low, $high) lies at address $data. $powers: 10^0 to
  ;; 10^22 as f64.
  (func (export "run")
    (param $steps i32) (param $starts i32) (param $ends i32) (param $index i32) (param $count i32) (param $row i32)
    (param $data i32) (param $low i32) (param $high i32) (param $powers i32)
    (result i32)
    (local $step i32) (local $p i32) (local $end i32) (local $q i32) (local $shift i32) (local $kind i32)
    (local $chunks i32) (local $chunk i32) (local $negative i32) (local $number i64) (local $real f64)
    (local.set $shift (i32.sub (local.get $data) (local.get $low)))
    (block $stop
      (loop $record
        (br_if $stop (i32.ge_u (local.get $index) (local.get $count)))
        (local.set $q (i32.shl (local.get $index) (i32.const 2)))
        (local.set $p (i32.load (i32.add (local.get $starts) (local.get $q))))
        (local.set $end (i32.load (i32.add (local.get $ends) (local.get $q))))
        (br_if $stop (i32.lt_s (local.get $p) (local.get $low)))
        (br_if $stop (i32.gt_s (local.get $end) (local.get $high)))
        (br_if $stop (i32.lt_s (local.get $end) (local.get $p)))
        (local.set $p (i32.add (local.get $p) (local.get $shift)))
        (local.set $end (i32.add (local.get $end) (local.get $shift)))
        (local.set $step (local.get $steps))
        (loop $next
          (local.set $chunks (i32.load (local.get $step)))
          (local.set $chunk (i32.load offset=4 (local.get $step)))
          (local.set $q (local.get $p))
          (loop $compare
            (br_if $stop (v128.any_true (v128.and
              (v128.xor (v128.load (local.get $q)) (v128.load (local.get $chunk)))
              (v128.load offset=16 (local.get $chunk)))))
            (local.set $q (i32.add (local.get $q) (i32.const 16)))
            (local.set $chunk (i32.add (local.get $chunk) (i32.const 32)))
            (br_if $compare (i32.gt_s
              (local.tee $chunks (i32.sub (local.get $chunks) (i32.const 1))) (i32.const 0))))
          (local.set $p (i32.add (local.get $p) (i32.load offset=8 (local.get $step))))
          (local.set $kind (i32.load offset=12 (local.get $step)))
          (block $taken
            (block $value
              (br_if $value (i32.lt_u (local.get $kind) (i32.const 3)))
              (local.set $q (i32.eq (i32.load (local.get $p)) (i32.const 0x6c6c756e)))
              (local.set $chunk (i32.load offset=24 (local.get $step)))
              (if (local.get $chunk) (then
                (i32.store8 (i32.add (local.get $chunk) (local.get $row)) (local.get $q))))
              (br_if $value (i32.eqz (local.get $q)))
              (br_if $stop (i32.eqz (local.get $chunk)))
              (local.set $p (i32.add (local.get $p) (i32.const 4)))
              (br $taken))
              (block $integer
                (block $decimal (block $double (block $boolean (block $text (block $skip (block $missing (block $last
                  (br_table $last $missing $skip $text $boolean $double $decimal $integer (local.get $kind)))
                  ;; 0: the record ends here.
                  (br_if $stop (i32.ne (local.get $p) (local.get $end)))
                  (local.set $row (i32.add (local.get $row) (i32.const 1)))
                  (local.set $index (i32.add (local.get $index) (i32.const 1)))
                  (br $record))
                  ;; 1: a column that these records do not have.
                  (i32.store8
                    (i32.add (i32.load offset=24 (local.get $step)) (local.get $row)) (i32.const 1))
                  (br $taken))
                  ;; 2: a value that nobody needs.
                  (br_if $stop (i32.eqz (local.tee $p (call $value (local.get $p) (i32.const 64)))))
                  (br $taken))
                  ;; 3: text, from 16 to 20; one with escapes would have to be rewritten.
                  (br_if $stop (i32.ne (i32.load8_u (local.get $p)) (i32.const 34)))
                  (local.set $p (i32.add (local.get $p) (i32.const 1)))
                  (br_if $stop (i32.eqz (local.tee $q (call $plain (local.get $p)))))
                  (local.set $chunks (i32.shl (local.get $row) (i32.const 2)))
                  (i32.store
                    (i32.add (i32.load offset=16 (local.get $step)) (local.get $chunks))
                    (i32.sub (local.get $p) (local.get $shift)))
                  (i32.store
                    (i32.add (i32.load offset=20 (local.get $step)) (local.get $chunks))
                    (i32.sub (local.get $q) (local.get $shift)))
                  (local.set $p (i32.add (local.get $q) (i32.const 1)))
                  (br $taken))
                  ;; 4: true or false.
                  (local.set $q (i32.eq (i32.load (local.get $p)) (i32.const 0x65757274)))
                  (br_if $stop (i32.eqz (i32.or (local.get $q) (call $isFalse (local.get $p)))))
                  (i32.store8 (i32.add (i32.load offset=16 (local.get $step)) (local.get $row)) (local.get $q))
                  (local.set $p (i32.add (local.get $p) (i32.sub (i32.const 5) (local.get $q))))
                  (br $taken))
                  ;; 5: DOUBLE; both operands are exact, so the quotient is correctly rounded (Clinger's fast path).
                  (local.set $negative (i32.eq (i32.load8_u (local.get $p)) (i32.const 45)))
                  (br_if $stop (i32.eqz (local.tee $p
                    (call $fraction (i32.add (local.get $p) (local.get $negative))))))
                  (local.set $real (f64.div
                    (f64.convert_i64_u (global.get $magnitude))
                    (call $power (local.get $powers) (global.get $scale))))
                  (if (local.get $negative) (then (local.set $real (f64.neg (local.get $real)))))
                  (f64.store
                    (i32.add (i32.load offset=16 (local.get $step)) (i32.shl (local.get $row) (i32.const 3)))
                    (local.get $real))
                  (br $taken))
                  ;; 6: DECIMAL; parameter: precision << 8 | scale.
                  (local.set $negative (i32.eq (i32.load8_u (local.get $p)) (i32.const 45)))
                  (br_if $stop (i32.eqz (local.tee $p
                    (call $fraction (i32.add (local.get $p) (local.get $negative))))))
                  (local.set $q (i32.sub
                    (i32.and (i32.load offset=28 (local.get $step)) (i32.const 255)) (global.get $scale)))
                  (br_if $stop (i32.gt_u (local.get $q) (i32.const 22)))
                  (local.set $real (f64.mul
                    (f64.convert_i64_u (global.get $magnitude))
                    (call $power (local.get $powers) (local.get $q))))
                  (br_if $stop (f64.gt (local.get $real) (f64.const 9007199254740991)))
                  (br_if $stop (f64.ge (local.get $real) (call $power (local.get $powers)
                    (i32.shr_u (i32.load offset=28 (local.get $step)) (i32.const 8)))))
                  (local.set $number (i64.trunc_f64_u (local.get $real)))
                  (if (local.get $negative)
                    (then (local.set $number (i64.sub (i64.const 0) (local.get $number)))))
                  (i64.store
                    (i32.add (i32.load offset=16 (local.get $step)) (i32.shl (local.get $row) (i32.const 3)))
                    (local.get $number))
                  (br $taken))
              ;; 7 and above: an integer. 7 BIGINT, 8 INT, 9 epoch milliseconds, 10 seconds, 11 microseconds.
              (local.set $negative (i32.eq (i32.load8_u (local.get $p)) (i32.const 45)))
              (br_if $stop (i32.eqz (local.tee $p (call $integer
                (i32.add (local.get $p) (local.get $negative))
                (select (i32.const 18) (i32.const 15) (i32.eq (local.get $kind) (i32.const 7)))))))
              (local.set $number (global.get $magnitude))
              (if (local.get $negative)
                (then (local.set $number (i64.sub (i64.const 0) (local.get $number)))))
              (local.set $q (i32.load offset=16 (local.get $step)))
              (if (i32.eq (local.get $kind) (i32.const 8)) (then
                (br_if $stop (i64.ne
                  (local.get $number) (i64.extend_i32_s (i32.wrap_i64 (local.get $number)))))
                (i32.store
                  (i32.add (local.get $q) (i32.shl (local.get $row) (i32.const 2)))
                  (i32.wrap_i64 (local.get $number)))
                (br $taken)))
              (local.set $q (i32.add (local.get $q) (i32.shl (local.get $row) (i32.const 3))))
              (if (i32.eq (local.get $kind) (i32.const 7)) (then
                (i64.store (local.get $q) (local.get $number))
                (br $taken)))
              (local.set $real (f64.convert_i64_u (global.get $magnitude)))
              (if (local.get $negative) (then (local.set $real (f64.neg (local.get $real)))))
              (if (i32.eq (local.get $kind) (i32.const 10))
                (then (local.set $real (f64.mul (local.get $real) (f64.const 1000)))))
              (if (i32.eq (local.get $kind) (i32.const 11))
                (then (local.set $real (f64.floor (f64.div (local.get $real) (f64.const 1000))))))
              (f64.store (local.get $q) (local.get $real))
              (br $taken))
          (local.set $step (i32.add (local.get $step) (i32.const 32)))
          (br $next))))
    (local.get $index))

  ;; Where the closing quote of the string at $p lies, or 0: it has escapes or is no string.
  (func $plain (param $p i32) (result i32)
    (local $stops i32) (local $v v128)
    (loop $more (result i32)
      (local.set $v (v128.load (local.get $p)))
      (local.set $stops (i8x16.bitmask (v128.or
        (i8x16.lt_s (local.get $v) (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32))
        (v128.or
          (i8x16.eq (local.get $v) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34))
          (i8x16.eq (local.get $v) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92))))))
      (if (i32.eqz (local.get $stops)) (then
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $more)))
      (local.set $p (i32.add (local.get $p) (i32.ctz (local.get $stops))))
      (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 34)) (then (return (local.get $p))))
      (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 92)) (then (return (i32.const 0))))
      (br_if $more (local.tee $p (call $utf8 (local.get $p))))
      (i32.const 0))))
