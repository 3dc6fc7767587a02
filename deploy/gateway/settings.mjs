// What the environment asks of the gateway, read whole and checked before anything is started.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const SHORTEST_TOKEN = 16
const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** One fault of the settings; the text is for the person who starts the gateway. */
export class SettingsFault extends Error {}

/** Read the settings; throws SettingsFault that names every fault at once. */
export function readSettings (env) {
  const faults = []
  const settings = {
    host: env.GATEWAY_HOST || '127.0.0.1',
    name: env.GATEWAY_NAME || 'qunkeeper',
    options: readOptions(env, faults),
    port: readPort(env, faults),
    puppet: readPuppet(env, faults),
    tls: readTls(env, faults),
    token: readToken(env, faults),
  }
  if (!settings.tls && !LOOPBACK.includes(settings.host)) {
    faults.push(`GATEWAY_HOST=${settings.host} 对外监听必须用 TLS：请设置 GATEWAY_TLS_CERT 和 GATEWAY_TLS_KEY`)
  }
  if (faults.length > 0) throw new SettingsFault(faults.join('\n'))
  return settings
}

function readToken (env, faults) {
  const token = env.WECHATY_PUPPET_SERVICE_TOKEN || ''
  if (token.length < SHORTEST_TOKEN) {
    faults.push(`WECHATY_PUPPET_SERVICE_TOKEN 没有设置或太短（至少 ${SHORTEST_TOKEN} 个字符）：自己生成一个，例如 insecure_$(uuidgen)`)
  }
  return token
}

function readPuppet (env, faults) {
  const puppet = env.WECHATY_PUPPET || ''
  if (!puppet) {
    faults.push('WECHATY_PUPPET 没有设置：写上 puppet 的 npm 包名（先 npm install 它），或一个 .mjs 文件的路径')
  }
  const isFile = puppet.startsWith('.') || path.isAbsolute(puppet)
  return isFile ? pathToFileURL(path.resolve(puppet)).href : puppet
}

function readPort (env, faults) {
  const text = env.GATEWAY_PORT || '8788'
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    faults.push(`GATEWAY_PORT=${text} 不是端口号：写 1 到 65535 之间的整数`)
  }
  return port
}

function readOptions (env, faults) {
  try {
    return JSON.parse(env.WECHATY_PUPPET_OPTIONS || '{}')
  } catch (error) {
    faults.push(`WECHATY_PUPPET_OPTIONS 不是 JSON：${error.message}`)
    return {}
  }
}

function readTls (env, faults) {
  const { GATEWAY_TLS_CERT: cert, GATEWAY_TLS_KEY: key } = env
  if (!cert && !key) return undefined
  if (!cert || !key) {
    faults.push('GATEWAY_TLS_CERT 和 GATEWAY_TLS_KEY 要么都设置，要么都不设置')
    return undefined
  }
  try {
    return { serverCert: readFileSync(cert, 'utf8'), serverKey: readFileSync(key, 'utf8') }
  } catch (error) {
    faults.push(`证书读不出来：${error.message}`)
    return undefined
  }
}
