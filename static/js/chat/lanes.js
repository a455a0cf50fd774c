/**
 * What is said to the server about one conversation is said in turn: its draft, its questions. Conversations do not
 * wait for each other.
 */
export class Lanes {
  #ends = new Map(); // conversation → when all given so far is done

  /** Runs `job` after everything given before for this conversation; resolves when it is done. It must not throw. */
  run(conversation, job) {
    const end = (this.#ends.get(conversation) ?? Promise.resolve()).then(job).then(() => {
      if (this.#ends.get(conversation) === end) this.#ends.delete(conversation);
    });
    this.#ends.set(conversation, end);
    return end;
  }
}
