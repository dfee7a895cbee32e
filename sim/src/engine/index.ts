/** The engine's scenarios. */
import type { Scenario } from '../scenario.ts'
import { checkpointCrash } from './checkpoint-crash.ts'

export const engineScenarios: readonly Scenario[] = [checkpointCrash]
