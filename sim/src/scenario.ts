/** What the simulator runs: whole-system stories from one seed, and bugs planted in them that must be caught. */

export interface Scenario {
  readonly name: string
  /** Throws when an invariant is violated; the same seed gives the same run. */
  run(seed: number): void | Promise<void>
  readonly bugs: readonly PlantedBug[]
}

/** The scenario with one thing wrong: it must throw for one of the seeds. */
export interface PlantedBug {
  readonly name: string
  run(seed: number): void | Promise<void>
}

export interface ScenarioDefinition<Parts> {
  name: string
  /** The production classes and what they stand on. */
  parts: Parts
  run(seed: number, parts: Parts): void | Promise<void>
  bugs: readonly {
    name: string
    /** Wraps or exchanges a part; production code has no switch for it. */
    apply(parts: Parts): Parts
  }[]
}

export function defineScenario<Parts>(definition: ScenarioDefinition<Parts>): Scenario {
  const { name, parts, run, bugs } = definition
  return {
    name,
    run: (seed) => run(seed, parts),
    bugs: bugs.map((bug) => ({
      name: bug.name,
      run: (seed) => run(seed, bug.apply(parts)),
    })),
  }
}

/** A violated invariant, with what is needed to see it again. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message)
}

/** Seed and error of the first run that throws, or undefined when none does. */
export async function firstFailure(
  run: (seed: number) => void | Promise<void>,
  seeds: { from: number; count: number },
): Promise<{ seed: number; error: unknown } | undefined> {
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed++) {
    try {
      await run(seed)
    } catch (error) {
      return { seed, error }
    }
  }
  return undefined
}
