/** Topics that belong to the broker's own house. */

/** Beyond Kafka's own: the registry's and the studio's, which a pattern of topics should not catch either. */
export function isOurs(name: string): boolean {
  return name === '_schemas' || name.startsWith('_millrace')
}
