import type { FileReader } from '#sources/local/file-reader.ts'

/** Whose machine this is: hardware of its own, a hypervisor's guest, or a container. */
export interface Virtualization {
  kind: 'hardware' | 'vm' | 'container'
  /** The technology's name: docker, lxc, kvm, vmware; undefined where nothing tells. */
  name: string | undefined
  /** A container that holds one program and shares its image's ids with others, unlike one that boots a system. */
  program: boolean
}

const containerPaths = /\/(docker|kubepods|containerd|libpod|crio|lxc|lxc\.payload|machine\.slice)\b/

const firmwareNames: [RegExp, string][] = [
  [/vmware/i, 'vmware'],
  [/virtualbox|innotek/i, 'virtualbox'],
  [/xen/i, 'xen'],
  [/microsoft corporation virtual/i, 'hyper-v'],
  [/amazon ec2/i, 'aws'],
  [/google/i, 'google'],
  [/parallels/i, 'parallels'],
  [/bhyve/i, 'bhyve'],
  [/qemu|kvm|bochs|seabios|openstack|digitalocean|hetzner|firecracker/i, 'kvm'],
]

/** An image's leftover marker file says nothing when the root is a disk of its own. */
async function rootIsImage(files: FileReader): Promise<boolean> {
  const mounts = (await files.text('proc/mounts')) ?? ''
  const root = mounts.split('\n').find((line) => line.split(' ')[1] === '/')
  return root !== undefined && !root.startsWith('/dev/')
}

async function findContainer(files: FileReader): Promise<string | undefined> {
  const named = await files.text('run/systemd/container')
  if (named !== undefined) return named.split('\n')[0]
  if ((await files.names('run')).includes('.containerenv')) return 'podman'
  const path = containerPaths.exec((await files.text('proc/self/cgroup')) ?? '')?.[1]
  if (path !== undefined) return path.startsWith('lxc') ? 'lxc' : path
  return (await files.names('.')).includes('.dockerenv') && (await rootIsImage(files)) ? 'docker' : undefined
}

/** Finds out from firmware names, the processor's own word and the container engines' marks. */
export async function readVirtualization(files: FileReader): Promise<Virtualization> {
  const container = await findContainer(files)
  if (container !== undefined) {
    const boots = ['lxc', 'lxc-libvirt', 'systemd-nspawn', 'machine.slice', 'openvz'].includes(container)
    return { kind: 'container', name: container, program: !boots }
  }
  const [vendor, product] = [
    await files.text('sys/class/dmi/id/sys_vendor'),
    await files.text('sys/class/dmi/id/product_name'),
  ]
  const firmware = firmwareNames.find(([pattern]) => pattern.test(`${vendor ?? ''} ${product ?? ''}`))?.[1]
  const isGuest = /^flags\s*:.*\bhypervisor\b/m.test((await files.text('proc/cpuinfo')) ?? '')
  const managesXen = ((await files.text('proc/xen/capabilities')) ?? '').includes('control_d')
  const guest = (firmware !== undefined || isGuest) && !managesXen
  return { kind: guest ? 'vm' : 'hardware', name: firmware, program: false }
}
