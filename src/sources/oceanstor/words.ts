/** Numbers of the array for states, in words; a number that is not known stays one. */
const running: Readonly<Record<string, string>> = {
  0: 'unknown',
  1: 'normal',
  2: 'running',
  10: 'link up',
  11: 'link down',
  16: 'reconstructing',
  27: 'online',
  28: 'offline',
  43: 'activated',
  45: 'inactive',
  53: 'initializing',
}
const health: Readonly<Record<string, string>> = {
  0: 'unknown',
  1: 'normal',
  2: 'faulty',
  3: 'about to fail',
  4: 'partly damaged',
  5: 'degraded',
  9: 'inconsistent',
  11: 'no input',
  12: 'low battery',
}
const raid: Readonly<Record<string, string>> = {
  1: 'RAID 10',
  2: 'RAID 5',
  3: 'RAID 0',
  4: 'RAID 1',
  5: 'RAID 6',
  6: 'RAID 50',
  7: 'RAID 3',
  11: 'RAID-TP',
}

const wordOf =
  (words: Readonly<Record<string, string>>) =>
  (number: string | undefined): string | undefined =>
    number === undefined ? undefined : (words[number] ?? number)

export const runningWord = wordOf(running)
export const healthWord = wordOf(health)

/** Undefined for a tier without disks. */
export const raidWord = (number: string | undefined): string | undefined =>
  number === undefined || number === '0' ? undefined : (raid[number] ?? `RAID level ${number}`)

/** Facts without those that are not known. */
export const known = <Value>(facts: Record<string, Value | undefined>): Record<string, Value> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Record<
    string,
    Value
  >
