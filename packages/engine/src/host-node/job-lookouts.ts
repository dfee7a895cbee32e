/** What somebody looks at in a running job: taps on its ports, views, and the subtasks' own reports. */
import { AppError } from '@millrace/base'
import type { PhysicalPlan } from '../plan/index.ts'
import type { SubtaskStatus } from '../runtime/index.ts'
import { HostTap } from './host-tap.ts'
import type { Tap, ViewRow } from './job-host.ts'
import type { FromWorker, OperatorReportMessage } from './job-messages.ts'
import type { JobWorkers } from './job-workers.ts'
import { RequestTable } from './request-table.ts'

/** Taps of one job at a time. */
export const tapsMax = 100

interface OpenTap {
  tap: HostTap
  operator: string
  output: number
}

export class JobLookouts {
  private readonly plan: PhysicalPlan
  private readonly reports = new Map<string, SubtaskStatus>()
  private readonly requests = new RequestTable()
  private readonly taps = new Map<number, OpenTap>()
  private workers: JobWorkers | undefined
  private nextTap = 1

  constructor(plan: PhysicalPlan) {
    this.plan = plan
  }

  /** A new attempt runs: taps that are open go on there. */
  attach(workers: JobWorkers): void {
    this.workers = workers
    for (const [id, { tap, operator, output }] of this.taps) {
      tap.restarted()
      workers.sendAll({ is: 'tap', tap: id, operator, output })
    }
  }

  /** The attempt is over. */
  detach(): void {
    this.workers = undefined
    this.requests.failAll(new AppError('The job ended.', { code: 'job-ended', origin: 'internal' }))
  }

  closeTaps(): void {
    for (const { tap } of [...this.taps.values()]) tap.close()
  }

  /** True: the message was an answer to one of these. */
  receive(message: FromWorker): boolean {
    switch (message.is) {
      case 'status':
        this.take(message.operators)
        return true
      case 'report':
        this.take(message.operators)
        this.requests.answer(message.request, undefined)
        return true
      case 'tap-rows':
        this.requests.answer(message.request, message.answer)
        return true
      case 'view':
        this.requests.answer(message.request, message.rows)
        return true
      default:
        return false
    }
  }

  private take(operators: readonly OperatorReportMessage[]): void {
    for (const { operator, status } of operators) {
      this.reports.set(`${operator}/${status.subtask}`, status)
    }
  }

  /** Of an operator's subtasks, those that have reported. */
  statusOf(operator: string, parallelism: number): SubtaskStatus[] {
    const statuses: SubtaskStatus[] = []
    for (let subtask = 0; subtask < parallelism; subtask++) {
      const status = this.reports.get(`${operator}/${subtask}`)
      if (status) statuses.push(status)
    }
    return statuses
  }

  /** Asks every worker for its present numbers. */
  async refresh(): Promise<void> {
    const { workers } = this
    if (!workers) return
    const asked = Array.from({ length: workers.count }, (_, worker) =>
      this.requests.ask((request) => workers.send(worker, { is: 'report', request })),
    )
    await Promise.all(asked).catch(() => undefined)
  }

  tap(node: string, port: string): Tap {
    const { operator, output, row, parallelism } = tappedOutput(this.plan, node, port)
    if (this.taps.size >= tapsMax) {
      const message = `${tapsMax} data views of this pipeline are open. Close one first.`
      throw new AppError(message, { code: 'taps-too-many', origin: 'user' })
    }
    const id = this.nextTap++
    const tap = new HostTap({
      row,
      workers: parallelism,
      ask: (worker, after, limit) => {
        const { workers } = this
        if (!workers) return Promise.resolve({ rows: [], skipped: 0, last: after })
        return this.requests.ask((request) =>
          workers.send(worker, { is: 'tap-rows', request, tap: id, after, limit }),
        )
      },
      onClose: () => {
        this.taps.delete(id)
        this.workers?.sendAll({ is: 'tap-close', tap: id })
      },
    })
    this.taps.set(id, { tap, operator, output })
    this.workers?.sendAll({ is: 'tap', tap: id, operator, output })
    return tap
  }

  async view(node: string) {
    const spec = this.plan.operators.find((one) => one.node === node && one.type === 'view-sink')
    if (!spec) throw unknownOutput(`Node ${node} keeps no view.`, { node })
    const { workers } = this
    const config = spec.config as { keys: readonly number[] }
    const row = spec.inputs[0]
    const keys = config.keys.map((index) => row.fields[index].name)
    if (!workers) return { row, keys, rows: [] }
    const asked = Array.from({ length: spec.parallelism }, (_, worker) =>
      this.requests.ask<ViewRow[]>((request) =>
        workers.send(worker, { is: 'view', request, operator: spec.id }),
      ),
    )
    return { row, keys, rows: (await Promise.all(asked)).flat() }
  }
}

function tappedOutput(plan: PhysicalPlan, node: string, port: string) {
  for (const { id, outputs, parallelism, ...spec } of plan.operators) {
    const output = spec.node === node ? outputs.findIndex((one) => one.port === port) : -1
    if (output >= 0) return { operator: id, output, row: outputs[output].row, parallelism }
  }
  throw unknownOutput(`Node ${node} has no output ${port} in the running version.`, { node, port })
}

function unknownOutput(message: string, details: Record<string, unknown>): AppError {
  return new AppError(message, { code: 'output-unknown', origin: 'user', details })
}
