/**
 * Where elements wait between two subtasks. The same subtask code runs over plain queues (one thread) and over rings in
 * shared memory (workers): both sides are seen through these interfaces only.
 */
import { assert } from '@millrace/base'
import type { Element } from '@millrace/schemas'

/** The receiving end. Elements come out in the order in which they were pushed. */
export interface InputChannel {
  /** The next element, which stays in the channel; undefined: nothing there now. Cheap when called again. */
  peek(): Element | undefined
  /** Takes the element that `peek` shows; asserts that there is one. */
  take(): Element
  /** Fill, 0 to 1. */
  fill(): number
}

/** The sending end. */
export interface OutputChannel {
  /** Promises that the next `push`, of a batch or a control element, is accepted whole. */
  hasRoom(): boolean
  /** Asserts room. A batch is immutable from now on. */
  push(element: Element): void
  /** Moves on what the channel itself holds back (fragments of an oversize batch). True: nothing is held back. */
  flush(): boolean
}

/** Most elements that wait in a plain queue: enough to keep both ends busy, few enough to bound memory and latency. */
export const queueElementsMax = 4

/** Both ends of a bounded queue inside one thread. */
export class QueueChannel implements InputChannel, OutputChannel {
  private readonly elements: Element[] = []
  private readonly elementsMax: number

  constructor(elementsMax = queueElementsMax) {
    this.elementsMax = elementsMax
  }

  peek(): Element | undefined {
    return this.elements[0]
  }

  take(): Element {
    const element = this.elements.shift()
    assert(element, 'take from an empty channel')
    return element
  }

  fill(): number {
    return this.elements.length / this.elementsMax
  }

  hasRoom(): boolean {
    return this.elements.length < this.elementsMax
  }

  push(element: Element): void {
    assert(this.hasRoom(), 'push to a full channel')
    this.elements.push(element)
  }

  flush(): boolean {
    return true
  }
}
