import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import Inference from "./Inference.ts";
import Vesting from "./Vesting.ts";

/** Deploys all of OPG; the parameters are those of the modules `Vesting` and `Inference`. */
export default buildModule("Opg", (m) => {
  const { vesting, token } = m.useModule(Vesting);
  const { verifier, registry } = m.useModule(Inference);

  const settlement = m.contract("InferenceSettlement", [token, registry]);

  return { vesting, token, verifier, registry, settlement };
});
