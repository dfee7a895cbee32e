/** Which topic names are legal (Kafka's `Topic.java`). */

export const topicNameSizeMax = 249

/** Undefined for a legal name, else a sentence. */
export function topicNameProblem(name: string): string | undefined {
  if (name === '') return 'The topic name is empty.'
  if (name === '.' || name === '..') return `A topic cannot be called ${name}`
  if (name.length > topicNameSizeMax) {
    return `The topic name has ${name.length} characters, at most ${topicNameSizeMax} are taken.`
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `The topic name "${name}" has characters other than letters, digits, ".", "_" and "-".`
  }
  return undefined
}
