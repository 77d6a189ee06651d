/** The parts of camunda-external-task-client-js that its test uses; the package brings no types. */
declare module 'camunda-external-task-client-js' {
  export class Variables {
    get(name: string): unknown;
    getTyped(name: string): { value: unknown; type: string };
    set(name: string, value: unknown): Variables;
    setTyped(name: string, value: { value: unknown; type: string; valueInfo?: object }): Variables;
  }
  interface Task {
    id: string;
    topicName: string;
    businessKey: string;
    processInstanceId: string;
    retries: number | null;
    variables: Variables;
  }
  interface TaskService {
    complete(task: Task, variables?: Variables, local?: Variables): Promise<void>;
    handleFailure(task: Task, failure: object): Promise<void>;
    handleBpmnError(task: Task, code: string, message?: string, variables?: Variables): Promise<void>;
    extendLock(task: Task, duration: number): Promise<void>;
    lock(task: Task, duration: number): Promise<void>;
    unlock(task: Task): Promise<void>;
  }
  export class BasicAuthInterceptor {
    constructor(options: { username: string; password: string });
  }
  export class Client {
    constructor(options: object);
    subscribe(
      topic: string,
      options: object,
      handler: (work: { task: Task; taskService: TaskService }) => Promise<void>,
    ): void;
    on(event: string, listener: (...told: unknown[]) => void): void;
    stop(): void;
  }
}
