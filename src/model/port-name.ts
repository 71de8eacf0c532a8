/** Long and short spellings of kinds of ports that makers mix freely, by the one we compare by. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  fa: ['fastethernet', 'fasteth'],
  gi: ['gigabitethernet', 'gigabiteth', 'gig', 'gbe'],
  twe: ['twentyfivegige', 'twentyfivegigabitethernet', '25ge'],
  te: ['tengigabitethernet', 'tengige', 'ten-gigabitethernet', 'tengig', '10ge', 'xge', 'xgigabitethernet'],
  fo: ['fortygigabitethernet', 'fortygige', 'fortygige', 'forty-gigabitethernet', '40ge'],
  hu: ['hundredgige', 'hundredgigabitethernet', 'hundred-gigabitethernet', '100ge'],
  po: ['port-channel', 'portchannel', 'po'],
  eth: ['ethernet', 'et'],
  ma: ['management', 'mgmt', 'mgmteth'],
  vl: ['vlan', 'vlanif', 'vlan-interface'],
}

const kindOf = new Map(Object.entries(kinds).flatMap(([kind, names]) => names.map((name) => [name, kind])))

/** Equal for spellings of one port: `GigabitEthernet1/0/4`, `Gi1/0/4` and `gi 1/0/4`. Only for comparing. */
export function portKey(name: string): string {
  const bare = name.trim().toLowerCase().replaceAll(/\s+/g, '')
  const parts = /^([a-z-]*[a-z])(\d.*)$/.exec(bare) ?? /^(\d+ge|xge)(\d.*)$/.exec(bare)
  if (parts === null) return bare
  const [, kind, place] = parts as unknown as [string, string, string]
  return `${kindOf.get(kind) ?? kind}${place}`
}
