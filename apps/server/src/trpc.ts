/** tRPC, set up once: the context, and errors that carry the code and details of an `AppError`. */
import { AppError, messageOf } from '@millrace/base'
import { initTRPC, TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import type { ErrorData } from './api-types.ts'
import type { Services } from './services.ts'

export interface Context {
  services: Services
}

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter({ shape, error }) {
    return {
      ...shape,
      message: userMessage(error),
      data: { ...shape.data, stack: undefined, app: errorData(error) },
    }
  },
})

export const router = t.router

/** Turns `AppError`s into `TRPCError`s; everything else is a bug and reaches the client without its text. */
const appErrors = t.middleware(async ({ next }) => {
  const result = await next()
  if (!result.ok && result.error.cause instanceof AppError) {
    throw trpcErrorOf(result.error.cause)
  }
  return result
})

export const procedure = t.procedure.use(appErrors)
export const createCallerFactory = t.createCallerFactory

const httpCodes: Record<string, TRPCError['code']> = {
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
}

function trpcErrorOf(error: AppError): TRPCError {
  const code =
    Object.entries(httpCodes).find(([suffix]) => error.code.endsWith(suffix))?.[1] ??
    (error.origin === 'user'
      ? 'BAD_REQUEST'
      : error.retriable
        ? 'SERVICE_UNAVAILABLE'
        : error.origin === 'external'
          ? 'PRECONDITION_FAILED'
          : 'INTERNAL_SERVER_ERROR')
  return new TRPCError({ code, message: error.message, cause: error })
}

function errorData(error: TRPCError): ErrorData | null {
  const cause = error.cause
  if (cause instanceof AppError) {
    return {
      code: cause.code,
      origin: cause.origin,
      retriable: cause.retriable,
      details: cause.details,
    }
  }
  if (cause instanceof ZodError) {
    const field = cause.issues[0]?.path.map(String).join('.') ?? ''
    return { code: 'bad-input', origin: 'user', retriable: false, details: { field } }
  }
  return null
}

function userMessage(error: TRPCError): string {
  const cause = error.cause
  if (cause instanceof AppError) return cause.message
  if (cause instanceof ZodError) {
    return cause.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`)
      .join('; ')
  }
  if (error.code === 'INTERNAL_SERVER_ERROR') {
    return 'Something went wrong inside Millrace. The log of the server has the details.'
  }
  return messageOf(error)
}
