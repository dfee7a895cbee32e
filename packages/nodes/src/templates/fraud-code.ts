/** The code of the two fraud templates, as it stands in the editor. */

/** Keeps the payments of the last 60 s of event time and looks at every span of 60 s that the new one falls into. */
export const eventTimeCode = `interface Payment {
  at: number
  cents: bigint
}

const spanMs = 60_000
const paymentsMax = 10
const centsMax = 100_000n
const largeCents = 50_000n

export const fn = processFunction({
  state: { recent: value<Payment[]>() },

  onElement(row, ctx) {
    const at = row.initiated_at
    if (row.amount_cents > largeCents) {
      ctx.side('large-payments', {
        payment_id: row.payment_id,
        user_id: row.user_id,
        amount_cents: row.amount_cents,
        initiated_at: at,
      })
    }

    const recent = ctx.state.recent.get() ?? []
    recent.push({ at, cents: row.amount_cents })
    ctx.state.recent.set(recent)
    // Once event time is 60 s on, this payment cannot count any more.
    ctx.timers.eventTime(at + spanMs)

    const busiest = busiestSpan(recent, at)
    if (busiest.payments > paymentsMax || busiest.cents > centsMax) {
      ctx.emit({
        user_id: row.user_id,
        payment_id: row.payment_id,
        payments: BigInt(busiest.payments),
        total_cents: busiest.cents,
        reason: busiest.payments > paymentsMax ? 'too many payments' : 'too much money',
        initiated_at: at,
      })
    }
  },

  onTimer(time, ctx) {
    const left = (ctx.state.recent.get() ?? []).filter((payment) => payment.at > time - spanMs)
    if (left.length > 0) ctx.state.recent.set(left)
    else ctx.state.recent.clear()
  },
})

/** Of all spans of 60 s that hold the payment at 'at', the one with most payments: rows may come out of order. */
function busiestSpan(recent: Payment[], at: number) {
  let busiest = { payments: 0, cents: 0n }
  for (const { at: end } of recent) {
    if (end < at || end >= at + spanMs) continue
    let payments = 0
    let cents = 0n
    for (const payment of recent) {
      if (payment.at <= end - spanMs || payment.at > end) continue
      payments++
      cents += payment.cents
    }
    if (payments > busiest.payments) busiest = { payments, cents }
  }
  return busiest
}
`

/** As printed in the article: counts since the last pause of 60 s of wall-clock time. */
export const processingTimeCode = `export const fn = processFunction({
  state: { count: value<bigint>(), amount: value<bigint>(), timer: value<number>() },

  onElement(row, ctx) {
    const count = (ctx.state.count.get() ?? 0n) + 1n
    const amount = (ctx.state.amount.get() ?? 0n) + row.amount_cents
    ctx.state.count.set(count)
    ctx.state.amount.set(amount)

    // The trap: every payment moves the timer, and it is the wall clock's. The state is cleared only
    // after 60 s of silence, so a user who keeps paying is counted for ever, not for the last 60 s.
    const timer = ctx.now() + 60_000
    const before = ctx.state.timer.get()
    if (before !== undefined) ctx.timers.deleteProcessingTime(before)
    ctx.timers.processingTime(timer)
    ctx.state.timer.set(timer)

    if (count > 10n || amount > 100_000n) {
      ctx.emit({
        user_id: row.user_id,
        payment_id: row.payment_id,
        payments: count,
        total_cents: amount,
        reason: count > 10n ? 'too many payments' : 'too much money',
        initiated_at: row.initiated_at,
      })
    }
  },

  onTimer(time, ctx) {
    ctx.state.count.clear()
    ctx.state.amount.clear()
    ctx.state.timer.clear()
  },
})
`
