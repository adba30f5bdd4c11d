// One network in a process of its own: reports go to the parent as they are known.
import { checkNetwork } from "./checkNetwork.ts";

const [folder, options] = [process.argv[2]!, JSON.parse(process.argv[3]!)];
const tell = (part: object) => process.send!(part);
try {
  await checkNetwork(folder, options, tell);
} catch (error) {
  tell({ status: "failed", reason: error instanceof Error ? error.message : String(error) });
}
tell({ peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024) });
process.disconnect();
process.exit();
