/** The ledger of a node: where its rows went, summed over operators and subtasks; pure. */
import {
  addCounters,
  emptyCounters,
  type OperatorCounters,
  type OperatorStatus,
  unaccountedRows,
} from '@millrace/engine/runtime'
import type { NodeLedger } from '../api-types.ts'

/** `entries`: ids of the operators where rows enter the node from another one (or from outside). */
export function nodeLedger(
  operators: readonly OperatorStatus[],
  entries: ReadonlySet<string>,
): NodeLedger {
  const ledger: NodeLedger = {
    in: 0,
    out: {},
    passedOn: 0,
    filtered: 0,
    absorbed: 0,
    late: 0,
    lateAccepted: 0,
    deadLetters: 0,
    noEventTime: 0,
    held: 0,
    difference: 0,
  }
  for (const operator of operators) {
    const counters = countersOf(operator)
    if (entries.has(operator.operator)) ledger.in += counters.rowsIn
    operator.ports.forEach((port, index) => {
      if (port !== null) ledger.out[port] = (ledger.out[port] ?? 0) + counters.rowsOut[index]
    })
    // It takes over what the node itself already counted as dead letters.
    if (operator.type === 'dead-letter-sink') continue
    ledger.passedOn += counters.passedOn
    ledger.filtered += counters.filtered
    ledger.absorbed += counters.absorbed
    ledger.late += counters.late
    ledger.lateAccepted += counters.lateAccepted
    ledger.deadLetters += counters.deadLetters
    ledger.noEventTime += counters.noEventTime
    ledger.held += counters.held
    ledger.difference += Math.abs(unaccountedRows(counters))
  }
  return ledger
}

function countersOf(operator: OperatorStatus): OperatorCounters {
  const total = emptyCounters(operator.ports.length)
  for (const subtask of operator.subtasks) addCounters(total, subtask.counters)
  return total
}
