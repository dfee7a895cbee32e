/** Monaco on the code of one node: types from upstream, errors inline, typing is one step of the history. */
import { editorTypes } from '@millrace/engine/code'
import { type DocumentNode, type EdgeType, parseType, type RowType } from '@millrace/schemas'
import { useEffect, useMemo, useRef, useState } from 'react'
import { usePreferences } from '../../../../app/preferences.ts'
import { Status } from '../../../../ui/index.ts'
import { forEachOf } from '../../catalogue.ts'
import { setConfig } from '../../editor/config-commands.ts'
import { getPath } from '../../editor/graph.ts'
import { isReadOnly } from '../../editor/state.ts'
import { useAnalysis, useEditor, useLive, useModel } from '../../model.ts'
import styles from './CodeEditor.module.css'
import { monaco, typescript } from './monaco.ts'

interface Marker {
  line: number
  message: string
}

export function CodeEditor({ node }: { node: DocumentNode }) {
  const model = useModel()
  const readOnly = useEditor(isReadOnly)
  const input = useAnalysis((state) => state.inputTypes(node.id)[0])
  const failure = useLive((state) => {
    const { view } = state
    return view?.failure?.node === node.id && view.state !== 'running' ? view.failure : null
  })
  const code = typeof node.config.code === 'string' ? node.config.code : ''
  const root = useRef<HTMLDivElement>(null)
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | null>(null)
  const [markers, setMarkers] = useState<readonly Marker[]>([])
  useTheme()
  useTypes(node, input)
  const first = useRef(code)
  useEffect(() => {
    if (!root.current) return
    const uri = monaco.Uri.parse(`file:///nodes/${node.id}.ts`)
    const text =
      monaco.editor.getModel(uri) ?? monaco.editor.createModel(first.current, 'typescript', uri)
    text.setValue(first.current)
    const made = monaco.editor.create(root.current, { model: text, ...options })
    editor.current = made
    const changed = text.onDidChangeContent((event) => {
      if (!event.isFlush) model.editor.run(setConfig(node.id, 'code', text.getValue()))
    })
    const marked = monaco.editor.onDidChangeMarkers((uris) => {
      if (!uris.some((changedUri) => changedUri.toString() === uri.toString())) return
      setMarkers(
        monaco.editor
          .getModelMarkers({ resource: uri })
          .filter((marker) => marker.severity === monaco.MarkerSeverity.Error)
          .map((marker) => ({ line: marker.startLineNumber, message: marker.message })),
      )
    })
    return () => {
      changed.dispose()
      marked.dispose()
      made.dispose()
      text.dispose()
      editor.current = null
    }
  }, [model, node.id])
  useEffect(() => {
    // Undo, or another window: the text follows the document.
    const text = editor.current?.getModel()
    if (text && text.getValue() !== code) text.setValue(code)
  }, [code])
  useEffect(() => {
    editor.current?.updateOptions({ readOnly })
  }, [readOnly])
  useFailureMark(editor, failure?.line ?? null, failure?.message ?? null)
  return (
    <div className={styles.code}>
      {/* nokey: the canvas would take the space bar for its own, Monaco's text is no input element. */}
      <section
        ref={root}
        className={`${styles.editor} nokey`}
        aria-label={`Code of ${node.name}`}
      />
      <div className={styles.foot} role="status">
        {failure ? (
          <Status tone="bad">
            Failed{failure.line === null ? '' : ` in line ${failure.line}`}: {failure.message}
          </Status>
        ) : markers.length > 0 ? (
          <Status tone="bad">
            Line {markers[0].line}: {markers[0].message.split('\n')[0]}
            {markers.length > 1 ? ` (and ${markers.length - 1} more)` : ''}
          </Status>
        ) : (
          <Status tone="ok" sign="✓">
            No type errors
          </Status>
        )}
        <span className={styles.hint}>
          Columns are typed from {input ? 'what arrives here' : 'the wire, once one is connected'}
        </span>
      </div>
    </div>
  )
}

const options: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  minimap: { enabled: false },
  // Else the number of the last, empty line is dimmed below the contrast that text needs.
  renderFinalNewline: 'on',
  fontFamily: 'JetBrains Mono Variable, JetBrains Mono, monospace',
  fontSize: 12,
  lineHeight: 18,
  scrollBeyondLastLine: false,
  tabSize: 2,
  fixedOverflowWidgets: true,
  padding: { top: 8, bottom: 8 },
  // Tab moves the focus on when the user asks for it with Ctrl+M, as in every Monaco.
  accessibilitySupport: 'on',
}

function useTheme(): void {
  const { theme } = usePreferences()
  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    const apply = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches)
      monaco.editor.setTheme(dark ? 'millrace-dark' : 'millrace-light')
    }
    apply()
    system.addEventListener('change', apply)
    return () => system.removeEventListener('change', apply)
  }, [theme])
}

/** The declarations that user code sees, made anew when the wire or the outputs change. */
function useTypes(node: DocumentNode, input: EdgeType | undefined): void {
  const declarations = useMemo(() => declarationsOf(node, input), [node, input])
  useEffect(() => {
    const added = typescript.typescriptDefaults.addExtraLib(declarations, 'file:///millrace.d.ts')
    return () => added.dispose()
  }, [declarations])
}

const noRow: RowType = { fields: [] }

export function declarationsOf(node: DocumentNode, input: EdgeType | undefined): string {
  const row = input?.row ?? noRow
  const keys = forEachOf(node)
    .map((name) => row.fields.findIndex((field) => field.name === name))
    .filter((index) => index >= 0)
  const sides = getPath(node.config, 'sideOutputs')
  const outputs = [
    { side: null, row: declaredRow(getPath(node.config, 'columns')) },
    ...(Array.isArray(sides) ? sides : []).map((side) => ({
      side: String(side?.name ?? ''),
      row: declaredRow(side?.columns),
    })),
  ]
  return editorTypes({ input: row, keys, outputs })
}

function declaredRow(columns: unknown): RowType {
  if (!Array.isArray(columns)) return noRow
  return {
    fields: columns.flatMap((column) => {
      const type = typeof column?.type === 'string' ? parseType(column.type) : undefined
      if (!type || typeof column.name !== 'string' || column.name === '') return []
      return [{ name: column.name, type, nullable: column.nullable !== false }]
    }),
  }
}

/** Marks the line in which the running code failed. */
function useFailureMark(
  editor: React.RefObject<monaco.editor.IStandaloneCodeEditor | null>,
  line: number | null,
  message: string | null,
): void {
  useEffect(() => {
    const made = editor.current
    if (!made || line === null) return
    const decorations = made.createDecorationsCollection([
      {
        range: new monaco.Range(line, 1, line, 1),
        options: {
          isWholeLine: true,
          className: styles.failed,
          hoverMessage: { value: message ?? '' },
        },
      },
    ])
    made.revealLineInCenterIfOutsideViewport(line)
    return () => decorations.clear()
  }, [editor, line, message])
}
