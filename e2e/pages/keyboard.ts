/** A user without a mouse: goes through the page by Tab, as far as it takes. */
import { expect, type Locator, type Page } from '@playwright/test'

/** Stops of Tab after which the control counts as out of reach. */
const stopsMax = 80

export class Keyboard {
  private readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text)
  }

  /** Presses Tab (or Shift+Tab) until the control has the focus. */
  async tabTo(control: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await expect(control).toBeVisible()
    for (let stop = 0; stop < stopsMax; stop++) {
      if (await control.evaluate((element) => element === document.activeElement)) return
      await this.page.keyboard.press(key)
    }
    throw new Error(`${stopsMax} presses of ${key} do not reach ${control}`)
  }

  /** Goes to a text field and writes over what it holds. */
  async fill(field: Locator, text: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await this.tabTo(field, key)
    await this.page.keyboard.press('Control+A')
    await this.type(text)
    await expect(field).toHaveValue(text)
  }
}
