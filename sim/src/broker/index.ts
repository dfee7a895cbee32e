/** The broker's scenarios. */
import type { Scenario } from '../scenario.ts'
import { groupCrash } from './group-crash.ts'
import { produceCrash } from './produce-crash.ts'
import { topicCrash } from './topic-crash.ts'

export const brokerScenarios: readonly Scenario[] = [produceCrash, groupCrash, topicCrash]
