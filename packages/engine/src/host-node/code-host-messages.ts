/** What parent and code host say to each other. */
import type { CodeAnswer, CodeProgram, CodeRequest } from '../code/index.ts'

export type ToCodeHost =
  | { is: 'open'; session: number; program: CodeProgram; diagnose: boolean }
  | { is: 'run'; session: number; request: CodeRequest }
  | { is: 'close'; session: number }

export type FromCodeHost =
  | { is: 'ready' }
  | { is: 'answer'; session: number; answer: CodeAnswer }
  | { is: 'log'; session: number; text: string }

/** File descriptor on which a diagnosing child writes the row it is about to run, 4 bytes little-endian each. */
export const progressFd = 4
