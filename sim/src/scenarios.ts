/** Every scenario of the simulator. */
import { brokerScenarios } from './broker/index.ts'
import { engineScenarios } from './engine/index.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: readonly Scenario[] = [...brokerScenarios, ...engineScenarios]
