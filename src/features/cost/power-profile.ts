/** What is known of a machine that says something of its power. */
export interface MachineTraits {
  /** At full load, as somebody entered it. */
  tdpWatts: number | null
  machineType: string
  deviceType: string | null
  vendor: string | null
  model: string | null
  architecture: string | null
}

/** How a machine's power follows its load. */
export interface PowerProfile {
  category: string
  idleWatts: number
  maxWatts: number
  /** Below 1 it rises fast at first, as with servers that leave their saving states. */
  exponent: number
  /** By how much it may be wrong: 0.2 is a fifth either way. */
  error: number
  /** From what it comes: a figure that was entered, a guess by the kind of machine, or its host takes the power. */
  basis: 'tdp' | 'guess' | 'host'
}

interface Category {
  name: string
  matches: RegExp
  idleWatts: number
  maxWatts: number
  exponent: number
}

/** By the words of vendor, model and kind; the first that matches. Usual figures at the wall. */
const categories: readonly Category[] = [
  {
    name: 'single-board computer',
    matches: /raspberry|rock ?pi|odroid|orange ?pi|jetson|banana ?pi|rockchip/i,
    idleWatts: 2.5,
    maxWatts: 7,
    exponent: 1,
  },
  {
    name: 'mini computer',
    matches: /\bnuc\b|\bmini|optiplex micro|tiny|elitedesk .*mini|beelink|minisforum|\bn100\b|brix|zbox/i,
    idleWatts: 8,
    maxWatts: 40,
    exponent: 0.85,
  },
  {
    name: 'storage appliance',
    matches: /synology|qnap|truenas|readynas|asustor|\bnas\b/i,
    idleWatts: 25,
    maxWatts: 60,
    exponent: 0.9,
  },
  {
    name: 'laptop',
    matches: /thinkpad|latitude|macbook|elitebook|xps 1|laptop|notebook/i,
    idleWatts: 8,
    maxWatts: 50,
    exponent: 0.85,
  },
  {
    name: 'rack server',
    matches: /poweredge|proliant|thinksystem|supermicro|\bucs\b|primergy|system x|rack|fusionserver|xserver/i,
    idleWatts: 110,
    maxWatts: 320,
    exponent: 0.75,
  },
  {
    name: 'network device',
    matches: /network_device|switch|router|mikrotik|ubiquiti/i,
    idleWatts: 12,
    maxWatts: 25,
    exponent: 1,
  },
  {
    name: 'workstation',
    matches: /workstation|precision|z\d+ g\d/i,
    idleWatts: 45,
    maxWatts: 220,
    exponent: 0.85,
  },
]
const arm: Category = { ...categories[0]!, name: 'ARM computer', idleWatts: 3, maxWatts: 10 }
const other: Category = { name: 'server', matches: /./, idleWatts: 45, maxWatts: 150, exponent: 0.8 }

/** How much of its full load a machine takes when it does nothing. */
const idleShare = ({ idleWatts, maxWatts }: Category): number => idleWatts / maxWatts

/** The profile of a machine: from what was entered where there is something, else a guess that says so. */
export function profileOf(traits: MachineTraits): PowerProfile {
  const { tdpWatts, machineType, deviceType, vendor, model, architecture } = traits
  if (deviceType === 'vm' || deviceType === 'container')
    return { category: 'guest', idleWatts: 0, maxWatts: 0, exponent: 1, error: 0, basis: 'host' }
  const words = [vendor, model, deviceType, machineType].filter((word) => word !== null).join(' ')
  const named = categories.find(({ matches }) => matches.test(words))
  const category = named ?? (/^(arm|aarch)/i.test(architecture ?? '') ? arm : other)
  const { name, exponent } = category
  if (tdpWatts !== null)
    return {
      category: name,
      idleWatts: tdpWatts * idleShare(category),
      maxWatts: tdpWatts,
      exponent,
      error: 0.2,
      basis: 'tdp',
    }
  const { idleWatts, maxWatts } = category
  return { category: name, idleWatts, maxWatts, exponent, error: named ? 0.4 : 0.6, basis: 'guess' }
}

/** Watts at a load from 0 to 1. */
export const wattsAt = ({ idleWatts, maxWatts, exponent }: PowerProfile, load: number): number =>
  idleWatts + (maxWatts - idleWatts) * Math.min(1, Math.max(0, load)) ** exponent

/** Of what goes in at the wall a power supply gives so much. */
const supplyYield = 0.85

/**
 * Watts at the wall where only the processor (with its memory) is measured: half of what its kind of machine takes
 * when idle for board, disks and fans, and what the power supply keeps.
 */
export const wholeOf = ({ idleWatts }: PowerProfile, processorWatts: number): number =>
  (processorWatts + idleWatts / 2) / supplyYield
