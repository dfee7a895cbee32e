/** Puts a text on the clipboard and says so; says what to do when the browser does not let it. */
import { toast } from './toast.ts'

/** `what` is what was copied: "Row". */
export async function copyText(what: string, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast.done(`${what} copied`)
  } catch {
    // Also where there is no clipboard at all: on a page that came neither by https nor from this machine.
    const wayOn = new Error(
      'The browser refused the clipboard. Select the text and copy it by hand.',
    )
    toast.failed(`${what} not copied`, wayOn)
  }
}
