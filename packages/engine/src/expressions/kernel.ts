/** What a kernel is: one operation of the expression language on arguments of fixed types. */
import type { TypedCall } from './typed.ts'

/** A value while it is computed: INT, DATE, DOUBLE, TIMESTAMP number · BIGINT, DECIMAL (scaled) bigint · STRING string. */
export type Value = null | boolean | number | bigint | string | Uint8Array

/** Thrown by a kernel when Flink would fail the job; here it gives up the row, which goes to the dead letters. */
export class RowFailure extends Error {}

export interface Kernel {
  /** On values of which none is NULL. A strict kernel is NULL where an argument is. Throws `RowFailure`. */
  apply(args: readonly Value[], call: TypedCall): Value
  /**
   * The same as JavaScript on scalar locals, where that pays; undefined: call `apply`. Junk under a NULL argument must
   * not make it throw. Never contains text of a document.
   */
  inline?(args: readonly string[], call: TypedCall): string | undefined
  /** May `apply` throw `RowFailure`? */
  canFail?(call: TypedCall): boolean
  /** May `apply` give NULL for arguments that are not? */
  mayBeNull?(call: TypedCall): boolean
}

export type Kernels = Readonly<Record<string, Kernel>>
