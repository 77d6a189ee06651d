/** The ways in which the task service says no. */

/** Somebody was faster, or the task is closed: HTTP 409 with who and when. */
export class TaskConflict extends Error {
  override readonly name = 'TaskConflict';
  constructor(
    message: string,
    /** Person, where one is known: a task may also end with its process. */
    readonly by?: string,
    /** Epoch milliseconds (UTC). */
    readonly at?: number,
  ) {
    super(message);
  }
}

/** The task is visible, but this is not for the asker to do: HTTP 403. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

/** The task was changed since the revision that the asker has read: HTTP 412. */
export class TaskChanged extends Error {
  override readonly name = 'TaskChanged';
}
