/** Monaco, loaded once and only when code is opened: the editor's features and TypeScript, no other language. */
import 'monaco-editor/features/register.all'
import 'monaco-editor/languages/definitions/typescript/register'
import * as monaco from 'monaco-editor/editor/editor.api'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import TypeScriptWorker from 'monaco-editor/language/typescript/ts.worker?worker'
import * as typescript from 'monaco-editor/languages/features/typescript/register'

declare global {
  interface Window {
    MonacoEnvironment?: { getWorker(id: string, label: string): Worker }
  }
}

window.MonacoEnvironment = {
  getWorker: (_id, label) =>
    label === 'typescript' || label === 'javascript' ? new TypeScriptWorker() : new EditorWorker(),
}

typescript.typescriptDefaults.setCompilerOptions({
  target: typescript.ScriptTarget.ESNext,
  lib: ['es2022'],
  strict: true,
  allowNonTsExtensions: true,
  noEmit: true,
  moduleDetection: 3,
})
typescript.typescriptDefaults.setEagerModelSync(true)

/** Themes in the studio's tokens. */
monaco.editor.defineTheme('millrace-light', {
  base: 'vs',
  inherit: true,
  rules: [
    { token: 'comment', foreground: '5f6973' },
    { token: 'keyword', foreground: '6b4fc0' },
    { token: 'string', foreground: '0b6e69' },
    { token: 'number', foreground: '8a5700' },
    { token: 'type.identifier', foreground: '245f99' },
  ],
  colors: { 'editor.background': '#ffffff', 'editorLineNumber.foreground': '#66707a' },
})
monaco.editor.defineTheme('millrace-dark', {
  base: 'vs-dark',
  inherit: true,
  rules: [
    { token: 'comment', foreground: '97a2ad' },
    { token: 'keyword', foreground: 'a994ff' },
    { token: 'string', foreground: '3fb8ae' },
    { token: 'number', foreground: 'e9ba5c' },
    { token: 'type.identifier', foreground: '6aaef0' },
  ],
  colors: { 'editor.background': '#171b1f', 'editorLineNumber.foreground': '#97a2ad' },
})

export { monaco, typescript }
