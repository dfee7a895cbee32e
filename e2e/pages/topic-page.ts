/** Topics, and one topic with its messages. */
import { expect, type Locator, type Page } from '@playwright/test'

export class TopicPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Goes to the topic by the rail and the list of topics, with the mouse. */
  async open(name: string): Promise<void> {
    await this.page.getByRole('link', { name: 'Topics', exact: true }).click()
    await this.page
      .getByRole('table', { name: 'Topics' })
      .getByRole('row')
      .filter({ has: this.page.getByText(name, { exact: true }) })
      .click()
    await expect(this.page.getByRole('tab', { name: 'Messages' })).toBeVisible()
  }

  get messages(): Locator {
    return this.page.getByRole('table', { name: 'Messages' })
  }

  /** The values of the messages shown, one line each, as the table prints them. */
  async values(): Promise<string[]> {
    const rows = this.messages.getByRole('rowgroup').nth(1).getByRole('row')
    return rows.evaluateAll((shown) => shown.map((row) => row.lastElementChild?.textContent ?? ''))
  }

  /** Reads again until the table shows exactly these values, in any order. */
  async expectValues(expected: readonly string[]): Promise<void> {
    await expect(async () => {
      await this.page.getByRole('button', { name: 'Refresh' }).click()
      await expect(this.messages.getByRole('row')).toHaveCount(expected.length + 1, {
        timeout: 2_000,
      })
      expect((await this.values()).sort()).toEqual([...expected].sort())
    }).toPass({ timeout: 30_000 })
  }

  /** Goes to a topic by its address. */
  async goto(studio: string, name: string): Promise<void> {
    await this.page.goto(`${studio}/topics/${name}`)
    await expect(this.page.getByRole('tab', { name: 'Messages' })).toBeVisible()
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }

  /** Last, Tail, Offset or Time. */
  async show(which: string): Promise<void> {
    await this.page.getByRole('radio', { name: which, exact: true }).click()
  }

  async seekOffset(partition: number, offset: number): Promise<void> {
    await this.show('Offset')
    await this.page.getByLabel('Partition', { exact: true }).selectOption(String(partition))
    await this.page.getByLabel('Offset', { exact: true }).last().fill(String(offset))
    await this.page.getByRole('button', { name: 'Go', exact: true }).click()
  }

  /** `at`: as the field takes it, "2026-05-04T12:00:30", in the browser's zone. */
  async seekTime(at: string): Promise<void> {
    await this.show('Time')
    await this.page.getByLabel('From record time').fill(at)
    await this.page.getByRole('button', { name: 'Go', exact: true }).click()
  }

  /** What the list says about itself. */
  get words(): Locator {
    return this.page.getByRole('tabpanel').getByRole('status')
  }

  /** The message opened at the right. */
  get detail(): Locator {
    return this.page.getByRole('complementary', { name: /^Message / })
  }
}
