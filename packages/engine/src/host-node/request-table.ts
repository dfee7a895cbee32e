/** Questions to worker threads that wait for their answers. */
import { AppError } from '@millrace/base'

/** Open questions of one job; more than that means that nobody answers. */
export const requestsMax = 1000

export class RequestTable {
  private readonly open = new Map<
    number,
    { resolve(answer: unknown): void; reject(error: Error): void }
  >()
  private next = 1

  /** `send` is given the number under which the answer must come. Rejects with `AppError`. */
  ask<Answer>(send: (request: number) => void): Promise<Answer> {
    if (this.open.size >= requestsMax) {
      const options = { code: 'job-busy', origin: 'internal', retriable: true } as const
      return Promise.reject(new AppError('The job answers too slowly; ask again later.', options))
    }
    const request = this.next++
    return new Promise<Answer>((resolve, reject) => {
      this.open.set(request, { resolve: resolve as (answer: unknown) => void, reject })
      send(request)
    })
  }

  answer(request: number, answer: unknown): void {
    this.open.get(request)?.resolve(answer)
    this.open.delete(request)
  }

  failAll(error: Error): void {
    for (const { reject } of this.open.values()) reject(error)
    this.open.clear()
  }
}
