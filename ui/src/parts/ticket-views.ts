/** The desk's list as the watch needs it: open incidents and faults, the most urgent first. As in the packs' views. */
export const INCIDENTS = "/tickets?kind=incident%2Cfault&phase=open&sort=due";

/** Whether the filters of an address show incidents and faults alone, whatever else they say. */
export const isIncidents = (search: string): boolean => new URLSearchParams(search).get("kind") === "incident,fault";
