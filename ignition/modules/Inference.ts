import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import ceremony from "../../config/ceremony.perpetual-powers-of-tau.json" with { type: "json" };

/**
 * Deploys proof verification and the model registry.
 * Parameter `allowDev` (default false): whether dev setups, whose secrets are published, may be registered.
 */
export default buildModule("Inference", (m) => {
  const allowDev = m.getParameter("allowDev", false);
  const production = { alpha: ceremony.alpha.map(BigInt), beta: ceremony.beta.map(BigInt) };

  const verifier = m.contract("ProofVerifier", [production, allowDev]);
  const registry = m.contract("ModelRegistry", [verifier, allowDev]);

  return { verifier, registry };
});
