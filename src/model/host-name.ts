import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'

/** A name by which people or programs know a machine. */
export interface HostName {
  /** The first label, or the whole where it is no host name: `web-01`, `backup server 2`. */
  short: string
  /** The whole with its domain, where it has one that says where it belongs. */
  full: string | undefined
}

/** What systems and devices call themselves before somebody names them. */
const defaults =
  /^(localhost\d*|raspberrypi|android([-_ ].*)?|esp([-_].*)?|espressif|unknown|none|null|na|host(name)?|server|client|switch|router|printer|camera|gateway|modem|phone|ubuntu|debian|centos|fedora|kali|linux|windows|openwrt|iphone|ipad|macbook([- ]?(pro|air))?|galaxy([-_ ].*)?|pve|proxmox|esxi|default|template|test|vm|new virtual machine|homeassistant|user-pc|pc|laptop|desktop|workstation|wlan0|eth0|(ip|dhcp|host|static|pool|client)?-?\d{1,3}([-_]\d{1,3}){3}|(name )?not found|no ?name|nxdomain|brw|npi|[\d\W]*)$/

/** Domains that every network may use for itself, or that a service puts behind every name. */
const placeless = /\.(local|lan|home|internal|localdomain|localhost|intranet|private|home\.arpa|ts\.net)$/

/** A name taken apart; undefined for one that names no machine: a default, an address, a MAC. */
export function parseHostName(text: string): HostName | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^\((.*)\)$/, '$1')
    .replace(/\.$/, '')
  if (name === '' || name.length > 253 || parseIp(name) !== undefined || parseMac(name) !== undefined)
    return undefined
  const hasDomain = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(name)
  const short = hasDomain ? name.slice(0, name.indexOf('.')) : name
  if (defaults.test(short)) return undefined
  return { short, full: hasDomain && !placeless.test(name) ? name : undefined }
}
