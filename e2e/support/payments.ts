/** Payments for the tests that draw a pipeline: the records, and the windows computed apart from the product. */
import type { SentRecord } from './kafka.ts'

export const windowMs = 10_000
export const partitions = 2

export interface Payment {
  country: string
  status: string
  amount: number
  at: number
}

const countries = ['NO', 'PT', 'JP']
const stepMs = 500
const firstAt = Date.UTC(2026, 4, 4, 12, 0, 0)

/** `count` payments from the `from`th on; every seventh is refused. */
export function payments(from: number, count: number): Payment[] {
  return Array.from({ length: count }, (_, i) => {
    const index = from + i
    return {
      country: countries[index % 3],
      status: index % 7 === 3 ? 'refused' : 'paid',
      amount: 100 + index * 7,
      at: firstAt + index * stepMs,
    }
  })
}

/** One payment an hour later in every partition: time passes the end of all windows before. */
export function closers(): SentRecord[] {
  const late = { country: 'ZZ', status: 'paid', amount: 1, at: firstAt + 3_600_000 }
  return Array.from({ length: partitions }, (_, partition) => record(late, partition))
}

export function recordsOf(all: readonly Payment[]): SentRecord[] {
  return all.map((payment) => record(payment, countries.indexOf(payment.country) % partitions))
}

function record(payment: Payment, partition: number): SentRecord {
  return { key: payment.country, value: JSON.stringify(payment), partition }
}

export interface PaymentWindow {
  country: string
  start: number
  n: number
  total: number
}

/** Paid payments by country and window. */
export function windowsOf(all: readonly Payment[]): PaymentWindow[] {
  const windows = new Map<string, PaymentWindow>()
  for (const { country, status, amount, at } of all) {
    if (status !== 'paid') continue
    const start = at - (at % windowMs)
    const name = `${country} ${start}`
    const before = windows.get(name) ?? { country, start, n: 0, total: 0 }
    windows.set(name, { ...before, n: before.n + 1, total: before.total + amount })
  }
  return [...windows.values()]
}
