/** Short notices at the corner, read aloud; an error stays until it is closed. */
import { toast as show } from 'sonner'

export interface ToastAction {
  label: string
  onClick(): void
}

export const toast = {
  done(message: string, action?: ToastAction): void {
    show.success(message, action && { action })
  },
  note(message: string, action?: ToastAction): void {
    show(message, action && { action })
  },
  /** `what` says what could not be done; the error's own message follows. */
  failed(what: string, error: unknown): void {
    const description = error instanceof Error ? error.message : String(error)
    show.error(what, { description, duration: Number.POSITIVE_INFINITY, closeButton: true })
  },
}
