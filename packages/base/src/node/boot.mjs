// Runs a TypeScript entry under tests; the product runs bundles instead.
import { tsImport } from 'tsx/esm/api'

await tsImport(process.env.MILLRACE_ENTRY, import.meta.url)
