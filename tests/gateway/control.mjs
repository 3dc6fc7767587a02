// How a test moves the town: POST a JSON object to a verb's path, get JSON back.
import http from 'node:http'

/** Open the control of a puppet on a free port of 127.0.0.1 and print it as `CONTROL <port>`. */
export function openControl (puppet) {
  const verbs = {
    begin: (setting) => puppet.begin(setting),
    befriend: (step) => puppet.befriend(step),
    did: ({ count }) => puppet.didSo(count), // answered once the bot did so many things
    estrange: (parting) => puppet.estrange(parting),
    emit: ({ event, payload }) => { puppet.emit(event, payload) },
    hanging: () => puppet.hanging.promise, // answered once a send was delivered and hangs
    invite: (invitation) => puppet.invited(invitation),
    join: (joining) => puppet.joined(joining),
    leave: (leaving) => puppet.left(leaving),
    logout: ({ why }) => puppet.logout(why),
    login: () => puppet.comeOnLine(),
    release: () => puppet.ways.release(),
    rename: (renaming) => puppet.renamed(renaming),
    renumber: (numbers) => puppet.renumbered(numbers),
    say: (message) => puppet.said(message),
    sent: () => puppet.sent,
    state: () => ({ listeners: puppet.listenerCount('message'), loggedIn: puppet.isLoggedIn }),
    ways: (ways) => { puppet.ways = ways },
  }
  const server = http.createServer(async (request, response) => {
    try {
      const verb = verbs[request.url.slice(1)]
      const result = await verb(JSON.parse(await read(request)))
      response.end(JSON.stringify(result ?? null))
    } catch (error) {
      response.statusCode = 500
      response.end(JSON.stringify(String(error.stack ?? error)))
    }
  })
  server.listen(0, '127.0.0.1', () => console.log(`CONTROL ${server.address().port}`))
}

async function read (request) {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString() || '{}'
}
