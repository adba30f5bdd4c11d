import { Groth16Error } from "../../errors.ts";
import type { Kernels } from "./loadKernels.ts";
import type { ThreadCall, ThreadReply, ThreadStart } from "./worker.ts";

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** What Node's and the browser's workers have in common, once wrapped. */
interface Port {
  post(message: ThreadStart | ThreadCall): void;
  /** Whether a busy thread keeps the process alive. */
  hold(busy: boolean): void;
  terminate(): Promise<void>;
}

/** One worker thread with its own instance of the kernels over the shared memory. */
export class Thread {
  readonly #port: Port;
  readonly #waiting: Waiting[] = [];
  #dead: Groth16Error | undefined;

  private constructor(connect: (thread: Handlers) => Port) {
    this.#port = connect({
      reply: (reply) => this.#settle(reply),
      died: (reason) => this.#die(new Groth16Error("BACKEND_FAILED", `A proving thread died: ${reason}.`)),
    });
  }

  static async start(kernels: Kernels, stack: number): Promise<Thread> {
    const connect = await connector();
    const thread = new Thread(connect);
    thread.#port.post({ module: kernels.module, memory: kernels.memory, stack });
    return thread;
  }

  /** Calls that were sent and not answered. */
  get pending(): number {
    return this.#waiting.length;
  }

  get dead(): boolean {
    return this.#dead !== undefined;
  }

  /** Runs one kernel. Calls run in the order they were sent. */
  call(call: ThreadCall): Promise<void> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    this.#port.hold(true);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#port.post(call);
    });
  }

  async close(reason: Groth16Error): Promise<void> {
    this.#die(reason);
    await this.#port.terminate();
  }

  #settle(reply: ThreadReply): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#port.hold(false);
    if (reply === null) waiting?.resolve();
    else waiting?.reject(new Groth16Error("BACKEND_FAILED", `A proving kernel failed: ${reply}.`));
  }

  #die(reason: Groth16Error): void {
    this.#dead ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}

interface Handlers {
  reply(reply: ThreadReply): void;
  died(reason: string): void;
}

async function connector(): Promise<(handlers: Handlers) => Port> {
  const script = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);
  if (typeof process !== "undefined" && process.versions?.node !== undefined) {
    const { Worker } = await import("node:worker_threads");
    return (handlers) => {
      const worker = new Worker(script);
      worker.unref();
      worker.on("message", handlers.reply);
      worker.on("error", (error) => handlers.died(String(error)));
      worker.on("exit", (code) => handlers.died(`exit code ${code}`));
      return {
        post: (message) => worker.postMessage(message),
        hold: (busy) => (busy ? worker.ref() : worker.unref()),
        terminate: async () => void (await worker.terminate()),
      };
    };
  }
  interface WebWorker {
    postMessage(message: unknown): void;
    terminate(): void;
    onmessage: (event: { data: ThreadReply }) => void;
    onerror: (event: { message: string }) => void;
  }
  const { Worker } = globalThis as unknown as {
    Worker: new (url: URL, options: { type: string }) => WebWorker;
  };
  return (handlers) => {
    const worker = new Worker(script, { type: "module" });
    worker.onmessage = (event) => handlers.reply(event.data);
    worker.onerror = (event) => handlers.died(event.message);
    return {
      post: (message) => worker.postMessage(message),
      hold: () => {},
      terminate: async () => worker.terminate(),
    };
  };
}
