/** Builds the studio; in development requests go on to a server started from source. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env.MILLRACE_STUDIO ?? 'http://127.0.0.1:4300'
/** The server takes requests of its own origin only. */
const asItself = { target: server, changeOrigin: true, headers: { origin: server } }

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2023', chunkSizeWarningLimit: 2000, assetsInlineLimit: 0 },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/trpc': { ...asItself, ws: true },
      '/views': asItself,
    },
  },
})
