/** Deploy, start and stop: each says what it will do before it does it. */
import type { DeployPlan, NodeChange } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client, queryClient, trpc } from '../../../api/client.ts'
import { type AppCommand, useCommands } from '../../../shortcuts/registry.ts'
import { shortcut } from '../../../shortcuts/shortcuts.ts'
import { Button, Checkbox, Dialog, Status, toast } from '../../../ui/index.ts'
import { isRunning } from '../live/live-store.ts'
import { type PipelineModel, useAnalysis, useEditor, useLive, useModel } from '../model.ts'
import { draftChanges } from './draft-changes.ts'
import styles from './PipelineHeader.module.css'

/** The palette presses the same buttons. */
const press = (id: string) => () => document.getElementById(id)?.click()
const isThere = (id: string) => () => {
  const button = document.getElementById(id)
  return button instanceof HTMLButtonElement && !button.disabled
}

const runCommands: readonly AppCommand[] = [
  {
    ...shortcut('deploy'),
    whileTyping: true,
    enabled: isThere('run-deploy'),
    run: press('run-deploy'),
  },
  {
    id: 'start',
    label: 'Start the pipeline',
    group: 'Run',
    enabled: isThere('run-start'),
    run: press('run-start'),
  },
  {
    id: 'stop',
    label: 'Stop the pipeline',
    group: 'Run',
    enabled: isThere('run-stop'),
    run: press('run-stop'),
  },
]

export function RunButtons() {
  const model = useModel()
  useCommands('run', runCommands)
  const running = useLive((state) => isRunning(state.view))
  const deployed = useEditor((state) => state.deployed !== null)
  const changes = useEditor(draftChanges)
  const empty = useEditor((state) => state.doc.nodes.length === 0)
  const errors = useAnalysis(
    (state) => state.problems.filter((problem) => problem.severity === 'error').length,
  )
  const [plan, setPlan] = useState<DeployPlan | null>(null)
  const [stopping, setStopping] = useState(false)
  const ask = useMutation({
    mutationFn: () => askPlan(model),
    onSuccess: setPlan,
    onError: (error) => toast.failed('The deployment could not be prepared', error),
  })
  const start = useMutation({
    mutationFn: () => client.pipelines.start.mutate({ id: model.id, anew: false }),
    onSuccess: (result) => {
      if (!result.ok) toast.failed('It could not be started', result.problems[0]?.message ?? '')
      else
        toast.done(
          result.resumedFrom === null ? 'Started' : `Started from checkpoint ${result.resumedFrom}`,
        )
    },
    onError: (error) => toast.failed('It could not be started', error),
  })
  const upToDate = deployed && changes === 0
  const onDeploy = () => {
    if (errors > 0) {
      model.panes.setState({ dockOpen: true, dockTab: 'problems' })
      model.editor.say(`${errors} problems forbid a deployment; they are listed in the dock`)
      toast.note(
        errors === 1
          ? 'One problem forbids a deployment: see the dock.'
          : `${errors} problems forbid a deployment: see the dock.`,
      )
      return
    }
    ask.mutate()
  }
  return (
    <>
      {running && (
        <Button id="run-stop" onClick={() => setStopping(true)}>
          Stop…
        </Button>
      )}
      {!running && upToDate ? (
        <Button
          id="run-start"
          variant="primary"
          busy={start.isPending}
          onClick={() => start.mutate()}
        >
          Start
        </Button>
      ) : (
        <Button
          id="run-deploy"
          variant="primary"
          busy={ask.isPending}
          disabled={empty || (running && upToDate)}
          title={running && upToDate ? 'The draft is what runs' : undefined}
          onClick={onDeploy}
        >
          Deploy…
        </Button>
      )}
      {plan && <DeployDialog plan={plan} model={model} onClose={() => setPlan(null)} />}
      {stopping && <StopDialog model={model} onClose={() => setStopping(false)} />}
    </>
  )
}

async function askPlan(model: PipelineModel): Promise<DeployPlan> {
  if ((await model.autosave.flush()) === null)
    throw new Error('The draft is not saved yet: it must be saved first.')
  const plan = await queryClient.fetchQuery({
    ...trpc.pipelines.plan.queryOptions({ id: model.id }),
    staleTime: 0,
  })
  return plan as DeployPlan
}

function DeployDialog({
  plan,
  model,
  onClose,
}: {
  plan: DeployPlan
  model: PipelineModel
  onClose(): void
}) {
  const [anew, setAnew] = useState(plan.mustStartAnew)
  const first = plan.nextVersion === 1
  const deploy = useMutation({
    mutationFn: () =>
      client.pipelines.deploy.mutate({
        id: model.id,
        revision: model.editor.store.getState().saved.revision,
        anew: anew && plan.checkpoint !== null,
      }),
    onSuccess: (result) => {
      if (!result.ok) {
        toast.failed('Not deployed', result.problems.map((problem) => problem.message).join(' '))
        return
      }
      const { doc } = model.editor.store.getState()
      model.editor.setDeployed({ version: result.version, document: doc, deployedAt: Date.now() })
      model.editor.say(`Version ${result.version} deployed`)
      model.panes.setState({ dockOpen: true, dockTab: 'time' })
      toast.done(
        result.resumedFrom === null
          ? `Version ${result.version} is deployed`
          : `Version ${result.version} goes on from checkpoint ${result.resumedFrom}`,
      )
      onClose()
    },
    onError: (error) => toast.failed('Not deployed', error),
  })
  const errors = plan.problems.filter((problem) => problem.severity === 'error')
  const losing = anew && plan.checkpoint !== null
  return (
    <Dialog
      open
      onClose={onClose}
      title={first ? 'Deploy the first version' : `Deploy version ${plan.nextVersion}`}
      description={planWords(plan, anew)}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant={losing ? 'danger' : 'primary'}
            busy={deploy.isPending}
            disabled={errors.length > 0}
            onClick={() => deploy.mutate()}
          >
            {losing ? 'Deploy without state' : 'Deploy'}
          </Button>
        </>
      }
    >
      {errors.map((problem) => (
        <p key={problem.message}>
          <Status tone="bad">{problem.message}</Status>
        </p>
      ))}
      {!first && <Changes plan={plan} />}
      {plan.checkpoint && (
        <Checkbox
          label={`Start anew: forget the state of version ${plan.checkpoint.version}`}
          checked={anew}
          disabled={plan.mustStartAnew}
          onChange={setAnew}
        />
      )}
    </Dialog>
  )
}

function planWords(plan: DeployPlan, anew: boolean): string {
  if (!plan.checkpoint)
    return 'It starts with empty state and reads its sources from where they are set to start.'
  if (plan.mustStartAnew)
    return 'The state of the running version does not fit the new one, so it starts anew: windows that are open now are lost.'
  if (anew)
    return 'It starts anew: state, open windows and source positions of the running version are forgotten.'
  return `It goes on from checkpoint ${plan.checkpoint.id} of version ${plan.checkpoint.version}; nothing is read twice or left out.`
}

const changeWords: Record<NodeChange['change'], string> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  moved: 'moved',
  same: 'as before',
}

function Changes({ plan }: { plan: DeployPlan }) {
  const changes = plan.changes.filter(
    (change) => change.change !== 'same' && change.change !== 'moved',
  )
  return (
    <ul className={styles.changes} aria-label="What changes">
      {changes.map((change) => (
        <li key={change.node}>
          <span>{changeWords[change.change]}</span>
          <span>
            <b>{change.name}</b>
            <small>{change.words}</small>
          </span>
        </li>
      ))}
      {plan.edgesChanged && (
        <li>
          <span>changed</span>
          <span>wires</span>
        </li>
      )}
      {plan.settingsChanged && (
        <li>
          <span>changed</span>
          <span>settings of the pipeline</span>
        </li>
      )}
      {changes.length === 0 && !plan.edgesChanged && !plan.settingsChanged && (
        <li>
          <span>nothing</span>
          <span>only positions or notes differ</span>
        </li>
      )}
    </ul>
  )
}

function StopDialog({ model, onClose }: { model: PipelineModel; onClose(): void }) {
  const stop = useMutation({
    mutationFn: () => client.pipelines.stop.mutate({ id: model.id }),
    onSuccess: onClose,
    onError: (error) => toast.failed('It could not be stopped', error),
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title="Stop the pipeline"
      description="It takes a last checkpoint and stops. Start goes on from there: nothing is lost."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={stop.isPending} onClick={() => stop.mutate()}>
            Stop
          </Button>
        </>
      }
    />
  )
}
