import { fuzzSource } from '#test/fuzz-source.ts'
import { vcenterLab } from '#test/fakes/vcenter-lab.ts'

const lab = vcenterLab()

fuzzSource(
  'vcenter',
  async () => {
    lab.fake.cut = 12
    return {
      url: lab.fake.url,
      open: (url) => lab.open({ url, tls: {}, pageSize: 20, timeoutSeconds: 2 }),
      secrets: [lab.fake.password, 'battery'],
    }
  },
  { runs: 48 },
)
