import { expect, type Locator, type Page } from '@playwright/test';

/** A person at the keyboard of the run screen, who reads what is asked and presses the one primary button. */
export class Operator {
  readonly #page: Page;
  /** The words on every primary button that was pressed, in order. */
  readonly pressed: string[] = [];

  readonly #onDialog: () => Promise<void>;

  /** `onDialog` is called whenever a dialog asks something, and may answer it itself. */
  constructor(page: Page, onDialog: () => Promise<void> = async () => {}) {
    this.#page = page;
    this.#onDialog = onDialog;
  }

  /** Answers what is asked until the run has no primary action left, at most `most` acts. */
  async workThrough(most = 80): Promise<void> {
    for (let act = 0; act < most; act += 1) {
      if (await this.#ended()) return;
      await this.press();
    }
    throw new Error(`After ${most} acts the run has not ended:\n${this.pressed.join('\n')}`);
  }

  /**
   * Answers what is asked (a dialog that the last press opened, too) and presses the primary button once it can be
   * pressed.
   */
  async press(): Promise<void> {
    const button = this.#page.locator('[data-primary]');
    // The screen may move on at any moment, so everything is looked at afresh until it holds.
    await expect(async () => {
      if (await this.#ended()) return;
      await this.#answerDialog();
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

  /** Fills in the dialog that stands open: the first of every choice, the code that is to be typed, a name, a reason. */
  async #answerDialog(): Promise<void> {
    const dialog = this.#page.getByRole('alertdialog');
    if (!(await dialog.isVisible())) return;
    await this.#onDialog();
    if (!(await dialog.isVisible())) return;
    await this.#choose(dialog.getByRole('radiogroup'));
    const code = /\d+\.\d+/.exec((await dialog.locator('label:has(+ .mono)').allTextContents()).join())?.[0] ?? '';
    const boxes = dialog.getByRole('textbox');
    for (let index = 0; index < (await boxes.count()); index += 1) {
      const box = boxes.nth(index);
      const typed = (await box.getAttribute('class'))?.includes('mono') === true ? code : 'Chen Jing';
      await box.fill(typed, { timeout: 1_000 });
    }
    const submit = dialog.locator('button[type="submit"]');
    await expect(submit).toBeEnabled({ timeout: 1_000 });
    this.pressed.push(((await submit.textContent()) ?? '').trim());
    await submit.click({ timeout: 1_000 });
    await expect(dialog).toBeHidden({ timeout: 5_000 });
  }

  /** The first option of every choice that has none yet. */
  async #answerFields(): Promise<void> {
    await this.#choose(this.#page.locator('.evidence [role="radiogroup"]'));
  }

  async #choose(groups: Locator): Promise<void> {
    for (let index = 0; index < (await groups.count()); index += 1) {
      const group = groups.nth(index);
      if ((await group.locator('input:checked').count()) === 0)
        await group.locator('label').first().click({ timeout: 1_000 });
    }
  }
}
