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

/**
 * File descriptor on which a diagnosing child tells how far it is: records of two 32-bit integers, little-endian: what
 * (`progress`), and which.
 */
export const progressFd = 4

export const progress = {
  /** The row that is about to run; -1: a timer. */
  row: 0,
  /** The line of user code that runs now. */
  line: 1,
} as const

export const progressBytes = 8

/** Standard input: the parent holds it open and never writes to it; it closes when the parent dies. */
export const lifelineFd = 0

/** To the lifeline's thread: report the line that runs, from now on. */
export interface SampleLines {
  /** Lines that the evaluator puts before the code's first. */
  linesBefore: number
}
