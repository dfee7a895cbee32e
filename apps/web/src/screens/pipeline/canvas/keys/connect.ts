/** Connect mode: C begins, arrows go through the inputs, Enter connects or mends, Escape leaves. */

import { keysNow } from '../../../../shortcuts/bindings.ts'
import { printKeys } from '../../../../shortcuts/keys.ts'
import type { AppCommand } from '../../../../shortcuts/registry.ts'
import { shortcut } from '../../../../shortcuts/shortcuts.ts'
import { outputsOf } from '../../catalogue.ts'
import { connectPorts } from '../../editor/commands.ts'
import { applyEdits } from '../../editor/config-commands.ts'
import { nodeById } from '../../editor/graph.ts'
import type { PipelineModel } from '../../model.ts'
import { connectTargets } from '../walk.ts'
import { focusNode, type Root } from './focus.ts'

export function connectCommands(model: PipelineModel, root: Root): AppCommand[] {
  const { editor } = model
  const show = (from: { node: string; port: string }, index: number) => {
    const targets = connectTargets(editor.store.getState().doc, from)
    const target = targets.at(index % Math.max(1, targets.length)) ?? null
    const verdict = target
      ? model.analyst.verdict({ from, to: target })
      : { ok: false, reason: null, wayOn: '', fixes: [] }
    model.connect.setState({ from, target, verdict }, true)
    return targets
  }
  const begin = () => {
    const { doc, view } = editor.store.getState()
    const mode = model.connect.getState()
    const id = mode?.from.node ?? view.nodes.at(-1)
    const node = id === undefined ? undefined : nodeById(doc, id)
    const ports = node ? outputsOf(node) : []
    if (!node || ports.length === 0) {
      editor.say(`Select a node that has an output, then press ${printKeys(keysNow('connect'))}`)
      return
    }
    const index = mode ? ports.findIndex((port) => port.name === mode.from.port) + 1 : 0
    const from = { node: node.id, port: ports[index % ports.length].name }
    const targets = show(from, 0)
    const first = targets.findIndex((target) => model.analyst.verdict({ from, to: target }).ok)
    if (first > 0) show(from, first)
  }
  const turn = (by: number) => () => {
    const mode = model.connect.getState()
    if (!mode?.target) return false
    const targets = connectTargets(editor.store.getState().doc, mode.from)
    const at = targets.findIndex(
      (end) => end.node === mode.target?.node && end.port === mode.target.port,
    )
    show(mode.from, (at + by + targets.length) % targets.length)
    return undefined
  }
  const leave = () => {
    const mode = model.connect.getState()
    if (!mode) return false
    model.connect.setState(null, true)
    focusNode(root, mode.from.node)
    return undefined
  }
  const accept = () => {
    const mode = model.connect.getState()
    if (!mode?.target) return false
    const edge = { from: mode.from, to: mode.target }
    if (!mode.verdict.ok) {
      const [fix] = mode.verdict.fixes
      if (fix) editor.run(applyEdits(fix.label, fix.edits))
      else editor.say(mode.verdict.reason ?? 'These do not connect')
      model.connect.setState({ ...mode, verdict: model.analyst.verdict(edge) }, true)
      return undefined
    }
    editor.run(connectPorts(edge))
    editor.look({ nodes: [edge.to.node], edges: [] })
    model.connect.setState(null, true)
    focusNode(root, edge.to.node)
    return undefined
  }
  return [
    { ...shortcut('connect'), run: begin },
    {
      ...shortcut('connect-next'),
      hidden: true,
      run: turn(1),
    },
    {
      ...shortcut('connect-previous'),
      hidden: true,
      run: turn(-1),
    },
    {
      ...shortcut('connect-accept'),
      hidden: true,
      run: accept,
    },
    {
      ...shortcut('connect-leave'),
      hidden: true,
      run: leave,
    },
  ]
}
