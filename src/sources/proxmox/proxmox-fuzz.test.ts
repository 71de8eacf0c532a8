import { openProxmox } from '#test/fakes/proxmox-lab.ts'
import { sampleWorld } from '#test/fakes/proxmox-world.ts'
import { startFakeProxmox } from '#test/fakes/proxmox.ts'
import { fuzzSource } from '#test/fuzz-source.ts'

fuzzSource('proxmox', async (t) => {
  const fake = await startFakeProxmox(sampleWorld())
  t.after(() => fake.close())
  return {
    url: fake.url,
    open: (url) => openProxmox({ url, token: fake.token, timeoutSeconds: 5 }),
    secrets: [fake.token, fake.token.split('=')[1]!],
  }
})
