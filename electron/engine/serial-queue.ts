/** Runs tasks one after the other, each seeing the finished work of those before it. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** The task's own result; a failed task does not stop the ones behind it. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when everything queued so far is done. */
  async drained(): Promise<void> {
    await this.#last;
  }
}
