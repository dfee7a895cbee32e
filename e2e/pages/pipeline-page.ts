/** The pipeline page: its canvas, inspector, dock and header. */
import { expect, type Locator, type Page } from '@playwright/test'

export class PipelinePage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get canvas(): Locator {
    return this.page.getByRole('region', { name: 'Pipeline canvas' })
  }

  get edges(): Locator {
    return this.canvas.getByRole('group', { name: /^From .* to / })
  }

  /** The card of a node, by its name. */
  node(name: string): Locator {
    return this.canvas.getByRole('group', { name: new RegExp(`^${name}, `) })
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector', exact: true })
  }

  get dock(): Locator {
    return this.page.getByRole('region', { name: 'Dock' })
  }

  get undo(): Locator {
    return this.page.getByRole('button', { name: 'Undo', exact: true })
  }

  get redo(): Locator {
    return this.page.getByRole('button', { name: 'Redo', exact: true })
  }

  /** Presses Undo until it is disabled; answers what each press took back, the last change first. */
  undoAll(): Promise<string[]> {
    return this.walk(this.undo, 'Undone')
  }

  /** Presses Redo until it is disabled; answers what each press did again. */
  redoAll(): Promise<string[]> {
    return this.walk(this.redo, 'Redone')
  }

  private async walk(button: Locator, word: string): Promise<string[]> {
    const said = this.page.getByRole('status').filter({ hasText: new RegExp(`^${word}: `) })
    const steps: string[] = []
    while (await button.isEnabled()) {
      const before = steps.length > 0 ? await said.textContent() : ''
      await button.click()
      await expect(said).not.toHaveText(before ?? '')
      steps.push(/: (.*)\. \d+ more\.$/.exec((await said.textContent()) ?? '')?.[1] ?? '')
    }
    return steps
  }

  /** The handle of a port. */
  port(side: 'Input' | 'Output', title: string, node: string): Locator {
    return this.canvas.getByLabel(`${side} ${title} of ${node}`, { exact: true })
  }

  /** Drags a wire from an output to an input with the mouse; everything in view first, so that no edge pans. */
  async wire(from: { node: string; port: string }, to: { node: string; port: string }) {
    const edges = this.edges
    const before = await edges.count()
    await this.page.getByRole('button', { name: 'Fit the graph' }).click()
    const input = this.port('Input', to.port, to.node)
    // Like a hand: the pointer comes to the input by several moves, not by one jump.
    await this.port('Output', from.port, from.node).dragTo(input, { steps: 8 })
    await expect(edges).toHaveCount(before + 1)
  }

  /** A chip of the header. */
  fact(words: RegExp): Locator {
    return this.page.getByRole('banner').getByRole('button', { name: words })
  }

  /** The id in the address. */
  id(): string {
    return new URL(this.page.url()).pathname.split('/')[2]
  }

  async openDockTab(name: string): Promise<void> {
    await this.dock.getByRole('tab', { name }).click()
  }

  async openInspectorTab(name: string): Promise<void> {
    await this.inspector.getByRole('tab', { name }).click()
  }

  /** Presses Deploy and confirms; ends when the canvas says that it runs. */
  async deploy(): Promise<void> {
    await this.page.getByRole('button', { name: 'Deploy…' }).click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^Deploy/ }).click()
    await expect(this.page.getByRole('radio', { name: /^Live v/ })).toBeVisible()
  }
}
