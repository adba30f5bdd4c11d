import { fileURLToPath } from "node:url";

/** Path of a file of the breast-cancer example. */
export function modelFile(name: string): string {
  return fileURLToPath(new URL(`../../../../models/breast-cancer/${name}`, import.meta.url));
}
