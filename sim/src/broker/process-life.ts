/** The disk as one process sees it: the process may die before, inside or after any change, and does nothing more then. */
import { type FileHandle, type Fs, fsError, type Random, randomInteger } from '@millrace/base'
import { wrapFs, wrapHandle } from './crash-disk.ts'

export class ProcessLife {
  readonly fs: Fs
  private readonly random: Random
  private readonly died: () => void
  private changesLeft = Number.POSITIVE_INFINITY
  private over = false

  /** `died` is called at the moment of death, before the call that met it throws. */
  constructor(disk: Fs, random: Random, died: () => void) {
    this.random = random
    this.died = died
    this.fs = wrapFs(disk, {
      openSync: (path, mode) => {
        if (mode === 'read') return this.handle(disk.openSync(path, mode))
        return this.change(path, () => this.handle(disk.openSync(path, mode)))
      },
      makeDirectorySync: (path) => this.change(path, () => disk.makeDirectorySync(path)),
      renameSync: (from, to) => this.change(from, () => disk.renameSync(from, to)),
      removeSync: (path) => this.change(path, () => disk.removeSync(path)),
      removeTreeSync: (path) => this.change(path, () => disk.removeTreeSync(path)),
      syncDirectorySync: (path) => this.change(path, () => disk.syncDirectorySync(path)),
    })
  }

  get dead(): boolean {
    return this.over
  }

  /** Death comes with the given change from now: 1 is the next one. */
  dieAt(changes: number): void {
    this.changesLeft = changes
  }

  /** Death now, between two changes. */
  die(): void {
    if (this.over) return
    this.over = true
    this.died()
  }

  private handle(file: FileHandle): FileHandle {
    return wrapHandle(file, {
      appendSync: (bytes) => {
        const torn = () =>
          file.appendSync(bytes.subarray(0, randomInteger(this.random, 0, bytes.length)))
        this.change(file.path, () => file.appendSync(bytes), torn)
      },
      truncateSync: (size) => this.change(file.path, () => file.truncateSync(size)),
      syncSync: () => this.change(file.path, () => file.syncSync()),
      sync: () => this.change(file.path, () => file.sync()),
    })
  }

  /** Does `act`, unless this is where the process dies: then it may be done, half done or not begun. */
  private change<T>(path: string, act: () => T, half: () => void = () => undefined): T {
    if (this.over) throw dead(path)
    if (--this.changesLeft > 0) return act()
    const how = this.random.next()
    if (how < 0.33) act()
    else if (how < 0.67) half()
    this.die()
    throw dead(path)
  }
}

function dead(path: string): Error {
  return fsError('fs-crashed', `The process is dead: ${path}`, path)
}
