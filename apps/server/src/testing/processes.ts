/** What the kernel tells of processes. */
import { readdirSync, readFileSync } from 'node:fs'

/** Fields of `/proc/<pid>/stat` behind the command's name; undefined: there is no such process, or only its exit code. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields
  } catch {
    return undefined
  }
}

/** Children and children's children, with their command lines. */
export function processesBelow(pid: number): { pid: number; command: string }[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((one) => one > 0 && Number(statOf(one)?.[1]) === pid)
  return children.flatMap((child) => [
    { pid: child, command: readFileSync(`/proc/${child}/cmdline`, 'latin1') },
    ...processesBelow(child),
  ])
}

/** Hundredths of a second that the process has worked; 0: it is gone. */
export function cpuTicks(pid: number): number {
  const fields = statOf(pid)
  return fields ? Number(fields[11]) + Number(fields[12]) : 0
}
