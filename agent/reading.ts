/** The metrics that every server tells (requirement 001), under the names of the hub. */
export interface CoreMetrics {
  cpu_percent?: number | undefined
  memory_percent?: number | undefined
  memory_total_mb?: number | undefined
  memory_used_mb?: number | undefined
  disk_percent?: number | undefined
  disk_total_gb?: number | undefined
  disk_used_gb?: number | undefined
  network_rx_bytes?: number | undefined
  network_tx_bytes?: number | undefined
  load_1m?: number | undefined
  load_5m?: number | undefined
  load_15m?: number | undefined
  uptime_seconds?: number | undefined
}

export interface Filesystem {
  mount_point: string
  device: string
  fs_type: string
  total_bytes: number
  used_bytes: number
  available_bytes: number
}

export interface Interface {
  name: string
  rx_bytes: number
  tx_bytes: number
  rx_errors: number
  tx_errors: number
  is_up: boolean
}

export interface Service {
  name: string
  status: 'running' | 'stopped' | 'failed' | 'unknown'
  reason?: string | undefined
}

export interface Container {
  name: string
  image?: string | undefined
  state: string
}

export interface Updates {
  available: number
  security?: number | undefined
  reboot_required?: boolean | undefined
}

/** An interface as identity wants it: whose hardware, and where it is reached. */
export interface FactInterface {
  name: string
  mac?: string | undefined
  addresses: string[]
}

/** What a machine is: told at the start and when it changed. */
export interface Facts {
  hostname: string
  os_distribution?: string | undefined
  os_version?: string | undefined
  kernel_version?: string | undefined
  architecture?: string | undefined
  cpu_model?: string | undefined
  cpu_cores?: number | undefined
  machine_id?: string | undefined
  product_uuid?: string | undefined
  serial?: string | undefined
  vendor?: string | undefined
  model?: string | undefined
  network_interfaces: FactInterface[]
}

/** Everything one look at the machine gave. What could not be measured is missing, and `warnings` say why. */
export interface Reading {
  metrics: CoreMetrics
  filesystems?: Filesystem[] | undefined
  interfaces?: Interface[] | undefined
  temperatures?: { sensor: string; celsius: number }[] | undefined
  power?: { source: string; watts: number }[] | undefined
  services?: Service[] | undefined
  containers?: Container[] | undefined
  updates?: Updates | undefined
  facts?: Facts | undefined
  boot_id?: string | undefined
  warnings: string[]
}
