/**
 * The sealed compartment: hardened JavaScript (SES) with no ambient authority. Call `sealRealm` once, first thing, in a
 * process or worker that holds nothing but user code.
 */
import 'ses'
import type { Evaluate } from './runner.ts'

declare function lockdown(options: Record<string, string>): void
declare function harden<T>(value: T): T
declare class Compartment {
  constructor(options: { globals: Record<string, unknown>; __options__: true })
  evaluate(source: string): unknown
}

/** Freezes the realm's primordials. Stacks stay readable: they tell the user's line. */
export function sealRealm(): void {
  lockdown({
    errorTaming: 'unsafe',
    stackFiltering: 'verbose',
    consoleTaming: 'unsafe',
    overrideTaming: 'severe',
    localeTaming: 'unsafe',
    domainTaming: 'unsafe',
    unhandledRejectionTrapping: 'none',
  })
}

/** A fresh compartment: the language, and nothing of the machine. */
export function newCompartment(): Evaluate {
  // SES leaves the constructors of floating-point arrays out of compartments; they are as harmless as their siblings.
  const globals = { Float64Array: harden(Float64Array), Float32Array: harden(Float32Array) }
  const compartment = new Compartment({ globals, __options__: true })
  return (source) => compartment.evaluate(source)
}
