/** Which topic names are legal (Kafka's `Topic.java`). */

export const topicNameSizeMax = 249

/** Kafka's metric names turn dots into underscores, so it takes no topic that differs from another in these alone. */
export function comparableName(name: string): string {
  return name.replaceAll('.', '_')
}

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
