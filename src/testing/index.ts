export { type FaultyProxy, type FaultyProxyOptions, type FaultyProxyStats, faultyProxy } from './faulty-proxy.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { type ManualLink, type ManualOpener, manualOpener } from './manual-opener.ts';
export { type ManualSocket, manualSocket } from './manual-socket.ts';
export { noData } from './no-data.ts';
export { type SampleFrameOptions, sampleFrame, sampleKey } from './sample-frame.ts';
export {
  type Opening,
  type ScriptedConsumer,
  type ScriptedConsumerOptions,
  scriptedConsumer,
} from './scripted-consumer.ts';
export {
  type ScriptedConnection,
  type ScriptedProducer,
  type ScriptedProducerOptions,
  scriptedProducer,
  type Welcome,
} from './scripted-producer.ts';
export {
  type Acceptor,
  DivergenceError,
  type End,
  type LinkConditions,
  type MessageFaults,
  type NetworkObserver,
  type Parcel,
  SimulatedClock,
  type SimulatedConnection,
  SimulatedNetwork,
  type SimulationOptions,
  type SimulationPlan,
  type SimulationReport,
  calmLink,
  noFaults,
  runSimulation,
  runSimulationInTurns,
  simulationPlan,
} from './simulation/index.ts';
