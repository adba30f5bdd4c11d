import { InferenceSession, Tensor } from "onnxruntime-web";
import { readFacts, readModelFile } from "./folder.ts";

/** A shipped model as onnxruntime runs it in floating point. */
export class FloatModel {
  readonly #session: InferenceSession;
  readonly #input: string;
  readonly #output: string;
  readonly #shape: number[];

  private constructor(
    session: InferenceSession,
    facts: { input: string; output: string; inputShape: number[] },
  ) {
    this.#session = session;
    this.#input = facts.input;
    this.#output = facts.output;
    this.#shape = facts.inputShape;
  }

  static async load(folder: string, name: string): Promise<FloatModel> {
    const session = await InferenceSession.create(new Uint8Array(readModelFile(`${folder}/${name}.onnx`)));
    return new FloatModel(session, readFacts(folder, name));
  }

  /** Output values for one row-major input. */
  async run(input: ArrayLike<number>): Promise<number[]> {
    const tensor = new Tensor("float32", Float32Array.from(input), this.#shape);
    const outputs = await this.#session.run({ [this.#input]: tensor }, [this.#output]);
    return Array.from(outputs[this.#output]!.data as Float32Array);
  }
}
