import { expect, type Page } from '@playwright/test';

/** A person at the keyboard of the run screen, who reads what is asked and presses the one primary button. */
export class Operator {
  readonly #page: Page;
  /** The words on every primary button that was pressed, in order. */
  readonly pressed: string[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** Answers what is asked until the run has no primary action left, at most `most` acts. */
  async workThrough(most = 80): Promise<void> {
    for (let act = 0; act < most; act += 1) {
      if (await this.#ended()) return;
      await this.press();
    }
    throw new Error(`After ${most} acts the run has not ended:\n${this.pressed.join('\n')}`);
  }

  /** Answers what the step asks for and presses the primary button once it can be pressed. */
  async press(): Promise<void> {
    const button = this.#page.locator('[data-primary]');
    // The screen may move on at any moment, so everything is looked at afresh until it holds.
    await expect(async () => {
      if (await this.#ended()) return;
      await this.#answerFields();
      await expect(button).toHaveAttribute('aria-disabled', 'false', { timeout: 500 });
    }).toPass({ timeout: 60_000 });
    if (await this.#ended()) return;
    const words = ((await button.textContent()) ?? '').replace(/\s*⏎\s*$/, '').trim();
    this.pressed.push(words);
    await button.click();
  }

  async #ended(): Promise<boolean> {
    return this.#page.getByRole('heading', { level: 2, name: /^(Report|报告)$/ }).isVisible();
  }

  /** The first option of every choice that has none yet. */
  async #answerFields(): Promise<void> {
    const groups = this.#page.locator('.evidence [role="radiogroup"]');
    for (let index = 0; index < (await groups.count()); index += 1) {
      const group = groups.nth(index);
      if ((await group.locator('input:checked').count()) === 0)
        await group.locator('label').first().click({ timeout: 1_000 });
    }
  }
}
