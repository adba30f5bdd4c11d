import { Wasm, type WasmExports, type WasmMemory, type WasmModule } from "./WasmApi.ts";

/** The first message a thread receives. */
export interface ThreadStart {
  module: WasmModule;
  memory: WasmMemory;
  /** Top of this thread's own stack. */
  stack: number;
}

/** Every later one: an exported function and its arguments. */
export type ThreadCall = readonly [name: string, ...args: number[]];

/** The answer to a call: what it threw, or null. Calls are answered in order. */
export type ThreadReply = string | null;

interface Port {
  postMessage(reply: ThreadReply): void;
  listen(receive: (message: ThreadStart | ThreadCall) => void): void;
}

const port = await openPort();
let exports: WasmExports | undefined;

port.listen((message) => {
  if ("module" in message) {
    exports = new Wasm.Instance(message.module, { env: { memory: message.memory } }).exports;
    exports.__stack_pointer!.value = message.stack;
    return;
  }
  const [name, ...args] = message;
  try {
    exports![name]!(...args);
    port.postMessage(null);
  } catch (error) {
    port.postMessage(String(error));
  }
});

async function openPort(): Promise<Port> {
  if (typeof process !== "undefined" && process.versions?.node !== undefined) {
    const { parentPort } = await import("node:worker_threads");
    return {
      postMessage: (reply) => parentPort!.postMessage(reply),
      listen: (receive) => parentPort!.on("message", receive),
    };
  }
  const scope = globalThis as unknown as {
    postMessage(reply: ThreadReply): void;
    onmessage: (event: { data: ThreadStart | ThreadCall }) => void;
  };
  return {
    postMessage: (reply) => scope.postMessage(reply),
    listen: (receive) => {
      scope.onmessage = (event) => receive(event.data);
    },
  };
}
