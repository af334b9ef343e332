// Starts a whole Bluesky network (directory, data server, AppView) and prints its addresses as one line of JSON.
'use strict'
require('./loopback.cjs')
const { TestPlc, TestPds, TestBsky, mockNetworkUtilities } = require('@atproto/dev-env')

const { PLC_PORT, PDS_PORT, BSKY_PORT, DB_POSTGRES_URL, RATE_LIMITS } = process.env

async function start() {
  const plc = await TestPlc.create({ port: Number(PLC_PORT) })
  const appview = await TestBsky.create({
    port: Number(BSKY_PORT),
    plcUrl: plc.url,
    pdsPort: Number(PDS_PORT),
    repoProvider: `ws://localhost:${PDS_PORT}`,
    dbPostgresSchema: 'appview',
    dbPostgresUrl: DB_POSTGRES_URL,
    redisHost: undefined,
    modServiceDid: 'did:example:invalidMod',
    labelsFromIssuerDids: [],
  })
  const pds = await TestPds.create({
    port: Number(PDS_PORT),
    hostname: 'localhost',
    didPlcUrl: plc.url,
    enableDidDocWithSession: true,
    inviteRequired: false,
    bskyAppViewUrl: appview.url,
    bskyAppViewDid: appview.serverDid,
    rateLimitsEnabled: RATE_LIMITS === '1',
  })
  mockNetworkUtilities(pds, appview) // handles ending in .test are looked up here

  const stop = async () => {
    try {
      await pds.close()
      await appview.close()
      await plc.close()
    } finally {
      process.exit(0)
    }
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  console.log(JSON.stringify({ plc: plc.url, pds: pds.url, appview: appview.url }))
}

start().catch((error) => {
  console.error(error)
  process.exit(1)
})
