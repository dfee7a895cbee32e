// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { TooltipProvider } from '../ui/index.ts'
import { ScreenBoundary } from './ScreenBoundary.tsx'

afterEach(cleanup)

function Broken(): never {
  throw new TypeError('Failed to fetch dynamically imported module: /assets/x.js')
}

function page(path: string, content: React.ReactNode) {
  return (
    <TooltipProvider>
      <ScreenBoundary path={path}>{content}</ScreenBoundary>
    </TooltipProvider>
  )
}

it('says why a screen cannot be shown, offers to load again, and recovers at another place', () => {
  // React reports a caught error on the console as well; it is expected here.
  const reported = vi.spyOn(console, 'error').mockReturnValue()
  const { rerender } = render(page('/broken', <Broken />))
  expect(screen.getByRole('alert').textContent).toContain('updated while this page was open')
  expect(screen.getByRole('button', { name: 'Load the page again' })).toBeDefined()
  rerender(page('/fine', <p>Fine again</p>))
  expect(screen.getByText('Fine again')).toBeDefined()
  expect(reported).toHaveBeenCalled()
})
