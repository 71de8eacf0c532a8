import { startFakeOxidized } from '#test/fakes/oxidized.ts'
import { openOxidized, sampleNodes } from '#test/fakes/oxidized-world.ts'
import { fuzzSource } from '#test/fuzz-source.ts'

fuzzSource('oxidized', async (t) => {
  const fake = await startFakeOxidized(sampleNodes())
  t.after(() => fake.close())
  return {
    url: fake.url,
    secrets: [fake.password, 'node-word-1', 'node-word-2', 'enableword', 'pppword'],
    open: (url) =>
      openOxidized({
        url: `${url}/oxidized`,
        username: fake.username,
        password: fake.password,
        timeoutSeconds: 5,
      }),
  }
})
