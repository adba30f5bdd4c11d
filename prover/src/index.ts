export { answerOrder, type OrderAnswer, type OrderToAnswer } from "./answerOrder.ts";
export { InputMismatchError, ModelPackageError, ProverError } from "./errors.ts";
export { loadModelPackage, type ModelPackage, saveModelPackage } from "./ModelPackage.ts";
export {
  type InferenceInput,
  ModelProver,
  type ModelProverOptions,
  type ProvedInference,
} from "./ModelProver.ts";
