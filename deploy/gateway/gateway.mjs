// Brings one WeChat account on line: a Wechaty puppet behind a gRPC server, and nobody else asked.
import { MemoryCard } from 'memory-card'
import qrcode from 'qrcode-terminal'
import { PuppetServer } from 'wechaty-puppet-service'

import { readSettings, SettingsFault } from './settings.mjs'

const WAITING_FOR_SCAN = [2, 5] // 5: the code shown before is too old, this one takes its place
const WRONG_SETTINGS = 2

const log = (text) => console.log(`${new Date().toISOString()} ${text}`)

async function makePuppet ({ name, options, puppet: specifier }) {
  const { default: loaded, ...named } = await import(specifier)
  // A CommonJS puppet arrives with its own `default` inside ours.
  const Puppet = loaded?.default ?? loaded ?? Object.values(named).find((it) => /^Puppet/.test(it?.name))
  if (typeof Puppet !== 'function') {
    throw new SettingsFault(`WECHATY_PUPPET=${specifier} 没有默认导出一个 Puppet 类`)
  }
  const puppet = new Puppet(options)
  // What the puppet keeps so that a restart needs no new scan: <name>.memory-card.json
  puppet.setMemory(new MemoryCard({ name }))
  return puppet
}

/** Say on this terminal what the operator has to know; no message ever passes here. */
function report (puppet) {
  puppet.on('scan', ({ qrcode: code, status }) => {
    if (!code || !WAITING_FOR_SCAN.includes(status)) return
    log('请用微信扫描下面的二维码登录：')
    qrcode.generate(code, { small: true })
  })
  puppet.on('login', ({ contactId }) => log(`已登录：${contactId}`))
  puppet.on('logout', ({ contactId, data }) => log(`已退出：${contactId} ${data ?? ''}`))
  puppet.on('error', (error) => log(`puppet 出错：${error?.message ?? JSON.stringify(error)}`))
}

function stopOnSignals (server, puppet) {
  let stopping = false
  const stop = async (signal) => {
    if (stopping) return
    stopping = true
    log(`收到 ${signal}，正在停止`)
    // A puppet that hangs must not keep the service from ending.
    setTimeout(() => process.exit(1), 10_000).unref()
    await server.stop()
    await puppet.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { stop(signal) })
}

async function main () {
  const settings = readSettings(process.env)
  const puppet = await makePuppet(settings)
  const endpoint = `${settings.host}:${settings.port}`
  const tls = settings.tls ? { disable: false, ...settings.tls } : { disable: true }
  const server = new PuppetServer({ endpoint, puppet, tls, token: settings.token })
  report(puppet)
  stopOnSignals(server, puppet)
  await server.start()
  log(`网关已启动：${endpoint}，TLS ${settings.tls ? '开' : '关'}，puppet ${puppet.version()}`)
  await puppet.start()
}

process.on('unhandledRejection', (error) => log(`未处理的错误：${error?.stack ?? error}`))

main().catch((error) => {
  if (error instanceof SettingsFault) {
    console.error(error.message)
    process.exit(WRONG_SETTINGS)
  }
  console.error(error)
  process.exit(1)
})
