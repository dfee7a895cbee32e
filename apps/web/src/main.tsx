/** Starts the studio in the page. */
import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './styles/tokens.css'
import './styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { queryClient } from './api/client.ts'
import { App } from './app/App.tsx'
import { followPointer } from './app/pointer.ts'
import { startPreferences } from './app/preferences.ts'

// The page's content security policy forbids building functions from text.
z.config({ jitless: true })
startPreferences()
followPointer()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  )
}
