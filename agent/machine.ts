import { createGather, type Collector, type Tools } from '#agent/collector.ts'
import { systemClock } from '#agent/clock.ts'
import { containersCollector } from '#agent/collectors/containers.ts'
import { cpuCollector } from '#agent/collectors/cpu.ts'
import { filesystemsCollector } from '#agent/collectors/filesystems.ts'
import { identityCollector } from '#agent/collectors/identity.ts'
import { loadCollector } from '#agent/collectors/load.ts'
import { memoryCollector } from '#agent/collectors/memory.ts'
import { networkCollector } from '#agent/collectors/network.ts'
import { powerCollector } from '#agent/collectors/power.ts'
import { servicesCollector } from '#agent/collectors/services.ts'
import { temperaturesCollector } from '#agent/collectors/temperatures.ts'
import { updatesCollector } from '#agent/collectors/updates.ts'
import type { Reading } from '#agent/reading.ts'
import { runCommand } from '#agent/run-command.ts'
import { openSystemFiles } from '#agent/system-files.ts'

export interface MachineOptions {
  /** Units that are told of even when they do not run. */
  watchedServices?: readonly string[] | undefined
  /** Names of collectors that are not asked. */
  without?: readonly string[] | undefined
}

/** The tools to measure the machine that this runs on. */
export const ownTools = (): Tools => ({ files: openSystemFiles(), run: runCommand, clock: systemClock })

/** Everything that can be measured. */
export const collectorsOf = (
  tools: Tools,
  { watchedServices, without = [] }: MachineOptions = {},
): Collector[] =>
  [
    cpuCollector(tools),
    memoryCollector(tools),
    loadCollector(tools),
    filesystemsCollector(tools),
    networkCollector(tools),
    temperaturesCollector(tools),
    powerCollector(tools),
    servicesCollector(tools, watchedServices),
    containersCollector(tools),
    updatesCollector(tools),
    identityCollector(tools),
  ].filter(({ name }) => !without.includes(name))

/** A machine to look at again and again. */
export const openMachine = (
  tools: Tools,
  options?: MachineOptions,
): ((signal: AbortSignal) => Promise<Reading>) => createGather(collectorsOf(tools, options), tools.clock)
