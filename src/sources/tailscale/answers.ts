import { z } from 'zod'

const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)
/** Devices that others share have empty texts where ours have values. */
const text = absent(z.string()).transform((value) => (value === '' ? undefined : value))
const flag = absent(z.boolean())
const texts = absent(z.array(z.string())).transform((list) => list ?? [])

/** A device of GET /tailnet/{tailnet}/devices?fields=all. */
export const tailscaleDevice = z.looseObject({
  nodeId: text,
  id: text,
  name: text,
  hostname: text,
  addresses: texts,
  os: text,
  distro: absent(z.looseObject({ name: text, version: text, codeName: text })),
  clientVersion: text,
  created: text,
  expires: text,
  keyExpiryDisabled: flag,
  lastSeen: text,
  connectedToControl: flag,
  authorized: flag,
  updateAvailable: flag,
  isExternal: flag,
  isEphemeral: flag,
  user: text,
  tags: texts,
  advertisedRoutes: texts,
  enabledRoutes: texts,
  clientConnectivity: absent(z.looseObject({ endpoints: texts })),
  postureIdentity: absent(z.looseObject({ serialNumbers: texts, hardwareAddresses: texts, disabled: flag })),
  sshEnabled: flag,
})
export type TailscaleDevice = z.output<typeof tailscaleDevice>

export const deviceList = z.looseObject({ devices: z.array(z.unknown()) })

export const oauthToken = z.looseObject({ access_token: z.string().min(1) })
