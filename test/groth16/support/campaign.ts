/** How many times the usual number of rounds random tests run: `npm run fuzz:groth16` sets it. */
export const CAMPAIGN = Number(process.env.OPG_CAMPAIGN ?? 1);
