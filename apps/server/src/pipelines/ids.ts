/** Pipeline ids from names; pure. */

const idLengthMax = 63

/** "Orders per minute" gives `orders-per-minute`, then `orders-per-minute-2` …: free, and valid as an id. */
export function freeId(name: string, taken: (id: string) => boolean): string {
  const base = slug(name)
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`
    const id = base.slice(0, idLengthMax - suffix.length).replace(/-+$/, '') + suffix
    if (!taken(id)) return id
  }
}

function slug(name: string): string {
  const text = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return text === '' ? 'pipeline' : text
}

/** "Orders", "Orders 2", "Orders 3" …: the first that nobody has. */
export function freeName(name: string, taken: (name: string) => boolean): string {
  if (!taken(name)) return name
  const base = name.replace(/ \d+$/, '')
  for (let number = 2; ; number++) {
    if (!taken(`${base} ${number}`)) return `${base} ${number}`
  }
}
