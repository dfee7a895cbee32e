// @vitest-environment happy-dom
import type { Problem } from '@millrace/engine/plan'
import { types } from '@millrace/schemas'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { TooltipProvider } from '../../../../ui/index.ts'
import { definitionOf } from '../../catalogue.ts'
import type { AnyDefinition } from '../../editor/commands.ts'
import { ConfigField } from './ConfigField.tsx'
import { FormContext, type FormContextValue } from './context.ts'
import { formSchemaOf } from './schema.ts'

afterEach(cleanup)

/** The form of a kind's fresh node, with every change it asks for. */
function open(kind: string, change: Record<string, unknown> = {}, problems: Problem[] = []) {
  const definition = definitionOf(kind) as AnyDefinition
  const config = { ...definition.initial(), ...change }
  const changes: [string, unknown][] = []
  const form: FormContextValue = {
    node: { id: 'n', kind, version: 1, name: 'n', config, position: { x: 0, y: 0 } },
    definition,
    readOnly: false,
    problems,
    inputs: [
      {
        row: { fields: [{ name: 'user_id', type: types.string, nullable: false }] },
        changelog: 'append',
      },
    ],
    set: (path, value) => changes.push([path, value]),
    choose: (path, value) => changes.push([path, value]),
    replaceAt: (path, value) => changes.push([path, value]),
    replace: (_label, next) => changes.push(['', next]),
    field: (props) => <ConfigField {...props} />,
  }
  render(
    <TooltipProvider>
      <FormContext.Provider value={form}>
        {Object.entries(formSchemaOf(definition).properties ?? {})
          .filter(([, schema]) => !['topic', 'code'].includes(schema.widget ?? ''))
          .map(([name, schema]) => (
            <ConfigField key={name} name={name} path={name} schema={schema} value={config[name]} />
          ))}
      </FormContext.Provider>
    </TooltipProvider>,
  )
  return changes
}

describe('forms', () => {
  it('read a duration as people write it', () => {
    const changes = open('window')
    fireEvent.change(screen.getByLabelText('Every'), { target: { value: '5 min' } })
    expect(changes.at(-1)).toEqual(['sizeMs', 300_000])
  })

  it('offer the columns that arrive as keys', () => {
    const changes = open('window', { forEach: [] })
    fireEvent.change(screen.getByLabelText('For each'), { target: { value: 'user_id' } })
    expect(changes.at(-1)).toEqual(['forEach', ['user_id']])
  })

  it('add and remove entries of a list', () => {
    const changes = open('window', { compute: [{ name: 'clicks', expression: 'COUNT(*)' }] })
    fireEvent.click(screen.getByRole('button', { name: 'Add aggregate' }))
    expect(changes.at(-1)?.[1]).toHaveLength(2)
    fireEvent.click(screen.getByRole('button', { name: 'Remove aggregate 1' }))
    expect(changes.at(-1)).toEqual(['compute', []])
  })

  it('complete a column in an expression by Enter', () => {
    const changes = open('filter', { condition: 'us' })
    const input = screen.getByLabelText('Keep rows where') as HTMLTextAreaElement
    input.setSelectionRange(2, 2)
    fireEvent.keyDown(input, { key: ' ', ctrlKey: true })
    fireEvent.keyDown(input, { key: 'Enter' })
    expect(changes.at(-1)).toEqual(['condition', 'user_id'])
  })

  it('show a problem at its field', () => {
    const message = 'Write the condition that rows must meet.'
    open('filter', {}, [
      { code: 'x', severity: 'error', node: 'n', field: 'condition', message, fixes: [] },
    ])
    expect(screen.getByRole('alert').textContent).toContain(message)
    expect(screen.getByLabelText('Keep rows where').getAttribute('aria-invalid')).toBe('true')
  })

  it('exist for every kind of the catalogue', () => {
    for (const kind of [
      'generator-source',
      'select',
      'process-function',
      'topic-sink',
      'view-sink',
    ]) {
      open(kind)
      expect(document.querySelectorAll('input, select, textarea, button').length).toBeGreaterThan(0)
      cleanup()
    }
  })
})
