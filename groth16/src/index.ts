export { type R1cs, readR1cs, type SparseMatrix, writeR1cs } from "./formats/r1cs.ts";
