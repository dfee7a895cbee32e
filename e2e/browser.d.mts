/** Which browser the end-to-end tests use. */
export function installedBrowser(): string | undefined
export function findBrowser(): Promise<{ path?: string; missing?: string }>
