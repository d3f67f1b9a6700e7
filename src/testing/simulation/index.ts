export { DivergenceError } from './divergence-error.ts';
export { type LinkConditions, type MessageFaults, calmLink, noFaults } from './link-conditions.ts';
export { SimulatedClock } from './simulated-clock.ts';
export type { End, SimulatedConnection } from './simulated-connection.ts';
export { type Acceptor, type NetworkObserver, SimulatedNetwork } from './simulated-network.ts';
export type { Parcel } from './simulated-pipe.ts';
export { type SimulationOptions, type SimulationReport, runSimulation, runSimulationInTurns } from './simulation.ts';
export { type SimulationPlan, simulationPlan } from './simulation-plan.ts';
