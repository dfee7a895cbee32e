/**
 * Which requests a local server answers. A page on another site can make the browser of our user send requests here;
 * Host (DNS rebinding), Origin and Fetch Metadata (cross-site requests and WebSockets) tell them apart. Pure.
 */

export interface RequestFacts {
  method: string
  /** Path without the query. */
  path: string
  host: string | undefined
  origin: string | undefined
  fetchSite: string | undefined
  fetchMode: string | undefined
  fetchDestination: string | undefined
  upgrade: boolean
}

export type GuardVerdict = { ok: true } | { ok: false; status: 403 | 421; message: string }

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

/** Makes the check for one listener; `allowedHosts` come from `--allow-host`. */
export function createGuard(
  allowedHosts: readonly string[],
): (facts: RequestFacts) => GuardVerdict {
  const names = new Set([...loopbackNames, ...allowedHosts.map((name) => name.toLowerCase())])
  return (facts) => checkHost(names, facts) ?? checkOrigin(facts) ?? checkFetchSite(facts) ?? ok
}

const ok: GuardVerdict = { ok: true }

function checkHost(names: ReadonlySet<string>, facts: RequestFacts): GuardVerdict | undefined {
  const name = hostNameOf(facts.host)
  if (name !== undefined && names.has(name)) return undefined
  return {
    ok: false,
    status: 421,
    message:
      `This server does not answer for the host name "${(name ?? '').slice(0, 255)}". ` +
      'Use 127.0.0.1 or localhost, or start Millrace with --allow-host NAME.',
  }
}

/** Lower-case host name without the port; undefined when the header is absent or malformed. */
export function hostNameOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/.exec(header)
  return match?.[1].toLowerCase()
}

function checkOrigin(facts: RequestFacts): GuardVerdict | undefined {
  if (facts.origin === undefined) return undefined
  const same = facts.origin === `http://${facts.host}` || facts.origin === `https://${facts.host}`
  if (same) return undefined
  return forbidden('A page from another origin asked for this; only the studio itself may.')
}

/** Links from elsewhere may open the studio's pages; nothing else may come from another site. */
function checkFetchSite(facts: RequestFacts): GuardVerdict | undefined {
  const site = facts.fetchSite
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined
  const isLink =
    facts.method === 'GET' &&
    !facts.upgrade &&
    facts.fetchMode === 'navigate' &&
    facts.fetchDestination === 'document' &&
    !facts.path.startsWith('/trpc') &&
    !facts.path.startsWith('/views/')
  if (isLink) return undefined
  return forbidden('Another site asked for this; only the studio itself may.')
}

function forbidden(message: string): GuardVerdict {
  return { ok: false, status: 403, message }
}
