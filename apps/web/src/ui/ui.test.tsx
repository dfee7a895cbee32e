// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import {
  Button,
  type Column,
  ErrorState,
  Field,
  Input,
  Segmented,
  Table,
  TooltipProvider,
} from './index.ts'

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

  it('says how many rows a table has, and which column sorts it', () => {
    let sorted = 0
    const column: Column<number> = {
      id: 'n',
      title: 'run',
      width: '80px',
      numeric: true,
      sorted: 'descending',
      onSort: () => sorted++,
      render: (row) => row,
    }
    // happy-dom lays nothing out, so a virtual table has no rows in the page; they are counted all the same.
    render(
      <TooltipProvider>
        <Table label="Runs" rows={[1, 2, 3]} columns={[column]} rowKey={(row) => row} />
      </TooltipProvider>,
    )
    expect(screen.getByRole('table', { name: 'Runs' }).getAttribute('aria-rowcount')).toBe('4')
    fireEvent.click(screen.getByRole('button', { name: /run/ }))
    expect(sorted).toBe(1)
    expect(screen.getByRole('columnheader').getAttribute('aria-sort')).toBe('descending')
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
