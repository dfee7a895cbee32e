// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { Button, ErrorState, Field, Input, Segmented, Table, TooltipProvider } from './index.ts'

afterEach(cleanup)

describe('kit', () => {
  it('keeps a busy button in the tab order and ignores presses', () => {
    let pressed = 0
    render(
      <Button busy onClick={() => pressed++}>
        Deploy
      </Button>,
    )
    const button = screen.getByRole('button', { name: 'Deploy' })
    fireEvent.click(button)
    expect(pressed).toBe(0)
    expect(button.hasAttribute('disabled')).toBe(false)
    expect(button.getAttribute('aria-disabled')).toBe('true')
  })

  it('wires a field to its label, hint and error', () => {
    render(
      <Field label="Every" hint="Length of each window" error="is no duration">
        {({ invalid, ...control }) => <Input {...control} invalid={invalid} />}
      </Field>,
    )
    const input = screen.getByLabelText('Every')
    expect(input.getAttribute('aria-invalid')).toBe('true')
    const described = document.getElementById(input.getAttribute('aria-describedby') ?? '')
    expect(described?.textContent).toContain('is no duration')
    expect(described?.textContent).toContain('Length of each window')
  })

  it('never leaves a segmented choice empty', () => {
    const chosen: string[] = []
    render(
      <Segmented
        label="Clock"
        value="utc"
        options={[
          { value: 'local', label: 'Local' },
          { value: 'utc', label: 'UTC' },
        ]}
        onChange={(value) => chosen.push(value)}
      />,
    )
    fireEvent.click(screen.getByRole('radio', { name: 'UTC' }))
    fireEvent.click(screen.getByRole('radio', { name: 'Local' }))
    expect(chosen).toEqual(['local'])
  })

  it('opens a table row by Enter and says how many rows there are', () => {
    // happy-dom lays nothing out: without a height a virtual table shows no row.
    Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 600 })
    const opened: number[] = []
    render(
      <TooltipProvider>
        <Table
          label="Runs"
          rows={[1, 2, 3]}
          columns={[{ id: 'n', title: 'run', width: '80px', numeric: true, render: (row) => row }]}
          rowKey={(row) => row}
          onOpen={(row) => opened.push(row)}
        />
      </TooltipProvider>,
    )
    expect(screen.getByRole('table', { name: 'Runs' }).getAttribute('aria-rowcount')).toBe('4')
    const row = screen.getByRole('row', { name: '2' })
    fireEvent.keyDown(row, { key: 'Enter' })
    expect(opened).toEqual([2])
  })

  it('offers to try again after an error', () => {
    let tried = 0
    render(
      <ErrorState title="Could not read" error={new Error('no line')} onRetry={() => tried++} />,
    )
    expect(screen.getByRole('alert').textContent).toContain('no line')
    fireEvent.click(screen.getByRole('button', { name: 'Retry' }))
    expect(tried).toBe(1)
  })
})
