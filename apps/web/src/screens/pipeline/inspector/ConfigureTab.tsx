/** Configure: what is wrong first, then the form of the kind, then the rows that come out. */
import type { Problem } from '@millrace/engine/plan'
import type { DocumentNode, EdgeType } from '@millrace/schemas'
import { formatType } from '@millrace/schemas'
import { useEffect, useMemo, useRef } from 'react'
import { Button } from '../../../ui/index.ts'
import { outputsOf } from '../catalogue.ts'
import type { AnyDefinition } from '../editor/commands.ts'
import { applyEdits, chooseConfig, replaceConfig, setConfig } from '../editor/config-commands.ts'
import { type PipelineModel, useAnalysis, useEditor, useModel } from '../model.ts'
import { ConfigField } from './form/ConfigField.tsx'
import { FormContext, type FormContextValue } from './form/context.ts'
import styles from './form/Form.module.css'
import { fieldDomId } from './form/field.ts'
import { formSchemaOf, shownFields } from './form/schema.ts'

const noProblems: readonly Problem[] = []

export function ConfigureTab({
  node,
  definition,
}: {
  node: DocumentNode
  definition: AnyDefinition
}) {
  const model = useModel()
  const readOnly = useEditor((state) => state.view.lane === 'live')
  const analysis = useAnalysis((state) => state)
  const problems = analysis.byNode.get(node.id) ?? noProblems
  const inputs = useMemo(() => analysis.inputTypes(node.id), [analysis, node.id])
  const form = useMemo<FormContextValue>(
    () => ({
      node,
      definition,
      readOnly,
      problems,
      inputs,
      set: (path, value) => void model.editor.run(setConfig(node.id, path, value)),
      choose: (path, value) => void model.editor.run(chooseConfig(node.id, path, value)),
      replaceAt: (path, value, label) =>
        void model.editor.run(chooseConfig(node.id, path, value, label)),
      field: ({ name, path, schema, value }) => (
        <ConfigField name={name} path={path} schema={schema} value={value} />
      ),
      replace: (label, change) => void model.editor.run(replaceConfig(node.id, label, change)),
    }),
    [node, definition, readOnly, problems, inputs, model],
  )
  const schema = formSchemaOf(definition)
  const fields = shownFields(schema, node.config)
  const main = fields.filter(([, field]) => !field.advanced)
  const more = fields.filter(([, field]) => field.advanced)
  const root = useRef<HTMLDivElement>(null)
  useFieldFocus(node.id, root)
  return (
    <FormContext.Provider value={form}>
      <ProblemList model={model} problems={problems} readOnly={readOnly} />
      <div ref={root}>
        <div className={styles.form}>
          {main.map(([name, field]) => (
            <ConfigField
              key={name}
              name={name}
              path={name}
              schema={field}
              value={node.config[name]}
            />
          ))}
          {more.length > 0 && (
            <details>
              <summary className={styles.note}>More settings</summary>
              <div className={styles.form} style={{ padding: '10px 0 0' }}>
                {more.map(([name, field]) => (
                  <ConfigField
                    key={name}
                    name={name}
                    path={name}
                    schema={field}
                    value={node.config[name]}
                  />
                ))}
              </div>
            </details>
          )}
          <RowsOut model={model} node={node} />
        </div>
      </div>
    </FormContext.Provider>
  )
}

/** Shows and focuses the field that a problem, or a menu, names. */
function useFieldFocus(nodeId: string, root: React.RefObject<HTMLDivElement | null>): void {
  const wanted = useEditor((state) => (state.view.field?.node === nodeId ? state.view.field : null))
  useEffect(() => {
    if (!wanted || !root.current) return
    const control = findControl(root.current, wanted.field)
    control?.closest('details')?.setAttribute('open', '')
    control?.scrollIntoView({ block: 'nearest' })
    control?.focus()
  }, [wanted, root])
}

const focusable = 'input, textarea, select, button'

function findControl(root: HTMLElement, path: string): HTMLElement | null {
  const steps = path ? path.split('.') : []
  while (steps.length > 0) {
    const field = root.querySelector<HTMLElement>(`#${CSS.escape(fieldDomId(steps.join('.')))}`)
    if (field) return field.matches(focusable) ? field : field.querySelector<HTMLElement>(focusable)
    steps.pop()
  }
  return root.querySelector<HTMLElement>(focusable)
}

function ProblemList(props: {
  model: PipelineModel
  problems: readonly Problem[]
  readOnly: boolean
}) {
  if (props.problems.length === 0) return null
  return (
    <ul className={styles.problems} aria-label="Problems of this node">
      {props.problems.map((problem) => (
        <li key={`${problem.code} ${problem.field} ${problem.message}`}>
          <span style={{ color: problem.severity === 'error' ? 'var(--bad)' : 'var(--warn)' }}>
            {problem.severity === 'error' ? '✕ ' : '▲ '}
            {problem.message}
          </span>
          {!props.readOnly && problem.fixes.length > 0 && (
            <span className={styles.fixes}>
              {problem.fixes.map((fix) => (
                <Button
                  key={fix.label}
                  size="small"
                  onClick={() => props.model.editor.run(applyEdits(fix.label, fix.edits))}
                >
                  {fix.label}
                </Button>
              ))}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

function RowsOut({ model, node }: { model: PipelineModel; node: DocumentNode }) {
  const ports = outputsOf(node).filter((port) => port.fate !== 'dead-letters')
  const typeOf = useAnalysis((state) => state.typeOf)
  return ports.map((port) => {
    const type = typeOf({ node: node.id, port: port.name })
    return (
      <section key={port.name} className={styles.note} aria-label={`Rows out: ${port.title}`}>
        {port.role === 'main' ? 'Rows out' : `Rows out, ${port.title}`}
        {type ? <Columns type={type} /> : <p>Not known yet: mend the problems first.</p>}
        {type && port.role === 'main' && (
          <Button
            variant="link"
            onClick={() => model.panes.setState({ inspectorTab: 'data', dataPort: port.name })}
          >
            Show these rows
          </Button>
        )}
      </section>
    )
  })
}

function Columns({ type }: { type: EdgeType }) {
  return (
    <ul className={styles.rows}>
      {type.row.fields.map((field) => (
        <li key={field.name}>
          {field.name}{' '}
          <span>
            {formatType(field.type)}
            {field.nullable ? '' : ' NOT NULL'}
            {type.uniqueKey?.includes(field.name) ? ', key' : ''}
            {type.time?.column === field.name ? ', event time' : ''}
          </span>
        </li>
      ))}
    </ul>
  )
}
