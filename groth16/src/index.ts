export { readR1cs, type R1cs, type SparseMatrix, writeR1cs } from "./formats/r1cs.ts";
