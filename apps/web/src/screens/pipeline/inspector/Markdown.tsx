/**
 * Renders the small Markdown of our own docs: headings, paragraphs, lists, tables, code, bold, code spans. It makes
 * elements, never HTML text, so nothing in a document can become markup.
 */
import type { ReactNode } from 'react'

export interface MarkdownProps {
  text: string
}

export type Block =
  | { is: 'heading'; level: number; text: string }
  | { is: 'paragraph'; text: string }
  | { is: 'list'; items: string[] }
  | { is: 'code'; text: string }
  | { is: 'table'; head: string[]; rows: string[][] }

export function Markdown({ text }: MarkdownProps) {
  return parseMarkdown(text).map((block, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text of a kind does not change
    <BlockView key={index} block={block} />
  ))
}

function BlockView({ block }: { block: Block }) {
  switch (block.is) {
    case 'heading':
      return block.level === 1 ? <h1>{inline(block.text)}</h1> : <h2>{inline(block.text)}</h2>
    case 'paragraph':
      return <p>{inline(block.text)}</p>
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      )
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: wide code is scrolled by the keyboard
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      )
    case 'table':
      return (
        <table>
          <thead>
            <tr>
              {block.head.map((cell) => (
                <th key={cell}>{inline(cell)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row) => (
              <tr key={row.join('|')}>
                {row.map((cell, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells have no identity but their column
                  <td key={index}>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )
  }
}

export function parseMarkdown(text: string): Block[] {
  const lines = text.replace(/\r/g, '').split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at]
    const heading = /^(#{1,6})\s+(.*)$/.exec(line)
    if (line.trim() === '') at += 1
    else if (line.startsWith('```')) {
      const end = lines.findIndex((other, index) => index > at && other.startsWith('```'))
      const last = end < 0 ? lines.length : end
      blocks.push({ is: 'code', text: lines.slice(at + 1, last).join('\n') })
      at = last + 1
    } else if (heading) {
      blocks.push({ is: 'heading', level: heading[1].length, text: heading[2] })
      at += 1
    } else {
      const from = at
      while (at < lines.length && lines[at].trim() !== '' && !/^(#{1,6}\s|```)/.test(lines[at]))
        at += 1
      blocks.push(blockOf(lines.slice(from, at)))
    }
  }
  return blocks
}

function blockOf(lines: string[]): Block {
  if (/^[-*]\s/.test(lines[0])) {
    const items: string[] = []
    for (const line of lines) {
      if (/^[-*]\s/.test(line)) items.push(line.slice(2).trim())
      else items[items.length - 1] += ` ${line.trim()}`
    }
    return { is: 'list', items }
  }
  if (lines.length > 1 && lines[0].includes('|') && /^[\s|:-]+$/.test(lines[1])) {
    const cells = (line: string) =>
      line
        .trim()
        .replace(/^\||\|$/g, '')
        .split('|')
        .map((cell) => cell.trim())
    return { is: 'table', head: cells(lines[0]), rows: lines.slice(2).map(cells) }
  }
  return { is: 'paragraph', text: lines.map((line) => line.trim()).join(' ') }
}

function inline(text: string): ReactNode[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/).map((part, index) => {
    const key = `${index}`
    if (part.startsWith('`') && part.length > 2) return <code key={key}>{part.slice(1, -1)}</code>
    if (part.startsWith('**') && part.length > 4) return <b key={key}>{part.slice(2, -2)}</b>
    if (/^\*[^*]+\*$/.test(part)) return <em key={key}>{part.slice(1, -1)}</em>
    // Links are shown by their words: the docs point at each other by file, which the studio does not serve.
    return part.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
  })
}
