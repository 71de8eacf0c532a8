import type { Card, Machine, MachineKind } from './machine.ts'
import { Random } from './random.ts'

/** What kinds of machines a company of some thousand machines has: chosen, mostly virtual and people's own. */
const mix: readonly (readonly [MachineKind, number])[] = [
  ['vm', 0.36],
  ['guest', 0.06],
  ['container', 0.03],
  ['server', 0.1],
  ['esxi', 0.04],
  ['node', 0.01],
  ['switch', 0.07],
  ['array', 0.005],
  ['laptop', 0.18],
  ['mobile', 0.04],
  ['ip-phone', 0.04],
  ['iot', 0.045],
  ['vagrant', 0.02],
]

const makers = [
  { vendor: 'Dell Inc.', models: ['PowerEdge R650', 'PowerEdge R740xd'], oui: '24:6e:96', serial: 7 },
  { vendor: 'HPE', models: ['ProLiant DL360 Gen10', 'ProLiant DL380 Gen11'], oui: '94:40:c9', serial: 10 },
  { vendor: 'Supermicro', models: ['SYS-1029P', 'SYS-6019U'], oui: '0c:c4:7a', serial: 15 },
  { vendor: 'LENOVO', models: ['ThinkSystem SR630'], oui: '7c:d3:0a', serial: 8 },
] as const
const laptopMakers = [
  { vendor: 'LENOVO', models: ['20XW0026GE', '21CBS00000'], oui: '54:e1:ad', serial: 8 },
  { vendor: 'Dell Inc.', models: ['Latitude 7430', 'Latitude 5520'], oui: 'a4:bb:6d', serial: 7 },
  { vendor: 'Apple Inc.', models: ['MacBookPro18,3'], oui: '3c:22:fb', serial: 10 },
] as const
const switchMakers = [
  { vendor: 'Cisco', models: ['C9300-48P', 'WS-C2960X-24TS-L'], oui: '70:10:5c', serial: 11 },
  { vendor: 'HP', models: ['J9772A 2530-48G-PoEP'], oui: '9c:8e:99', serial: 10 },
  { vendor: 'Juniper', models: ['ex4300-48t'], oui: '44:f4:77', serial: 12 },
  { vendor: 'MikroTik', models: ['CRS326-24G-2S+', 'CCR2004-1G-12S+2XS'], oui: '48:8f:5a', serial: 11 },
] as const
const arrayMakers = [
  { vendor: 'Huawei', models: ['OceanStor Dorado 5000 V6'], oui: '00:e0:fc', serial: 20 },
  { vendor: 'NetApp', models: ['AFF-A400'], oui: '00:a0:98', serial: 12 },
] as const
const phoneMaker = { vendor: 'Yealink', models: ['T46S'], oui: '00:15:65', serial: 16 } as const
const thingMakers = [
  { vendor: 'Raspberry Pi', models: ['4B'], oui: 'dc:a6:32', serial: 16 },
  { vendor: 'Espressif', models: ['ESP32'], oui: '24:0a:c4', serial: 12 },
  { vendor: 'Brother', models: ['HL-L6400DW'], oui: '30:05:5c', serial: 15 },
  { vendor: 'Axis', models: ['M3046'], oui: 'ac:cc:8e', serial: 12 },
] as const
type Maker = { vendor: string; models: readonly string[]; oui: string; serial: number }

const roles: Record<MachineKind, readonly string[]> = {
  vm: ['web', 'app', 'db', 'cache', 'build', 'mail', 'dc', 'fs', 'mon', 'k8s'],
  guest: ['web', 'git', 'ci', 'lab'],
  container: ['ct', 'dns', 'proxy'],
  server: ['db', 'bck', 'hpc', 'log', 'k8s'],
  esxi: ['esx'],
  node: ['pve'],
  switch: ['sw', 'core', 'rtr', 'fw'],
  array: ['san', 'nas'],
  laptop: ['lt', 'ws', 'nb'],
  mobile: ['phone'],
  'ip-phone': ['sep'],
  iot: ['cam', 'prn', 'sens'],
  vagrant: ['dev'],
  member: ['sw'],
  'virtual-address': ['vip'],
}

/** Makes the true machines of an estate; every number and address is given once, so that only cases repeat them. */
export class World {
  readonly random: Random
  readonly sites: number
  readonly machines: Machine[] = []
  readonly #numbers = new Map<string, number>()

  constructor(seed: number, machines: number) {
    this.random = new Random(seed)
    this.sites = Math.max(3, Math.round(machines / 1_500))
    for (const [kind, share] of mix) {
      const count = Math.max(1, Math.round(machines * share))
      for (let index = 0; index < count; index += 1) this.add(kind, this.random.below(this.sites))
    }
  }

  add(kind: MachineKind, site: number, id = `${kind}-${this.next(`id ${kind}`)}`): Machine {
    const machine: Machine = {
      id,
      kind,
      site,
      label: this.#label(kind, site),
      domain: `${siteCode(site)}.corp.example`,
      cards: [],
      tellings: [],
      cases: new Set(),
    }
    this.#equip(machine)
    this.machines.push(machine)
    return machine
  }

  /** The next number of a series. */
  next(series: string): number {
    const number = (this.#numbers.get(series) ?? 0) + 1
    this.#numbers.set(series, number)
    return number
  }

  of(...kinds: MachineKind[]): Machine[] {
    return this.machines.filter((each) => kinds.includes(each.kind))
  }

  /** A universally administered address that no other card has; those of one board follow one another. */
  mac(oui: string): string {
    const number = this.next(`mac ${oui}`)
    return `${oui}:${number.toString(16).padStart(6, '0').match(/../g)!.join(':')}`
  }

  address(site: number): string {
    const number = this.next(`address ${site}`)
    return `10.${site + 1}.${(number >> 8) & 255}.${number & 255}`
  }

  serial(length: number): string {
    const number = this.next('serial') * 7919 + 100_003
    return `${number.toString(36)}${this.random.hex(length)}`.slice(0, Math.max(length, 7)).toUpperCase()
  }

  #label(kind: MachineKind, site: number): string {
    const role = this.random.pick(roles[kind])
    return `${siteCode(site)}-${role}-${String(this.next(`label ${site} ${role}`)).padStart(3, '0')}`
  }

  #equip(machine: Machine): void {
    const { random } = this
    switch (machine.kind) {
      case 'vm':
        machine.uuid = random.uuid('42')
        machine.instanceUuid = random.uuid('50')
        this.#made(machine, { vendor: 'VMware, Inc.', models: ['VMware7,1'], oui: '', serial: 0 })
        this.#cards(machine, random.chance(0.2) ? 2 : 1, `00:50:56`, 'virtual')
        return
      case 'guest':
        machine.uuid = random.uuid()
        this.#made(machine, {
          vendor: 'QEMU',
          models: ['Standard PC (Q35 + ICH9, 2009)'],
          oui: '',
          serial: 0,
        })
        this.#cards(machine, 1, 'bc:24:11', 'virtual')
        return
      case 'container':
        this.#cards(machine, 1, 'bc:24:11', 'virtual')
        return
      case 'server':
      case 'esxi':
      case 'node': {
        const maker = random.pick(makers)
        machine.uuid = random.uuid()
        this.#made(machine, maker)
        this.#cards(machine, random.pick([2, 2, 4]), maker.oui, 'physical')
        this.#bmc(machine, maker.oui)
        return
      }
      case 'laptop': {
        const maker = random.pick(laptopMakers)
        machine.uuid = random.uuid()
        this.#made(machine, maker)
        this.#cards(machine, 1, maker.oui, 'physical')
        machine.cards.push(this.#card(machine, 'wlan0', 'c8:5e:a9', 'wireless'))
        return
      }
      case 'switch': {
        const maker = random.pick(switchMakers)
        this.#made(machine, maker)
        for (let port = 0; port <= 8; port += 1) {
          const card = this.#card(machine, port === 0 ? 'Vlan1' : `Gi1/0/${port}`, maker.oui, 'physical')
          machine.cards.push(port === 0 ? card : { ...card, addresses: [] })
        }
        return
      }
      case 'array': {
        const maker = random.pick(arrayMakers)
        this.#made(machine, maker)
        this.#cards(machine, 2, maker.oui, 'physical')
        return
      }
      case 'mobile':
        this.#cards(machine, 1, random.pick(['a4:83:e7', '8c:79:f5']), 'wireless')
        return
      case 'ip-phone':
        this.#made(machine, phoneMaker)
        this.#cards(machine, 1, phoneMaker.oui, 'physical')
        machine.label = `sep${machine.cards[0]!.mac.replaceAll(':', '')}`
        return
      case 'iot': {
        const maker = random.pick(thingMakers)
        this.#made(machine, maker)
        this.#cards(machine, 1, maker.oui, 'physical')
        return
      }
      case 'vagrant':
        machine.uuid = random.uuid()
        this.#made(machine, { vendor: 'innotek GmbH', models: ['VirtualBox'], oui: '', serial: 0 })
        this.#cards(machine, 1, '08:00:27', 'virtual')
        return
      case 'member':
      case 'virtual-address':
        return
    }
  }

  #made(machine: Machine, maker: Maker): void {
    machine.vendor = maker.vendor
    machine.model = this.random.pick(maker.models)
    if (maker.serial > 0) machine.serial = this.serial(maker.serial)
  }

  #cards(machine: Machine, count: number, oui: string, kind: Card['kind']): void {
    for (let index = 0; index < count; index += 1)
      machine.cards.push(this.#card(machine, `eth${index}`, oui, kind))
  }

  #card(machine: Machine, name: string, oui: string, kind: Card['kind']): Card {
    return { name, mac: this.mac(oui), addresses: [this.address(machine.site)], kind }
  }

  #bmc(machine: Machine, oui: string): void {
    machine.cards.push(this.#card(machine, 'ipmi', oui, 'bmc'))
  }
}

export const siteCode = (site: number): string =>
  ['ber', 'muc', 'ham', 'fra', 'lej', 'ams', 'zrh', 'vie'][site] ?? `s${site}`

export const fqdn = ({ label, domain }: { label: string; domain: string }): string => `${label}.${domain}`
