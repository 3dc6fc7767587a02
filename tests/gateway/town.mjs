// A puppet whose WeChat is a town in this process: PuppetMock with friendship, invitations, members
// and WeChat's refusals. A test moves it over HTTP (control.mjs).
import { FileBox } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { mock, PuppetMock } from 'wechaty-puppet-mock'

import { openControl } from './control.mjs'

const { Friendship: FriendshipType, Message } = PUPPET.types

export default class TownPuppet extends PuppetMock {
  constructor (options = {}) {
    super({ ...options, mocker: new mock.Mocker() })
    this.begin({ bot: { id: 'bot', name: '小群' }, contacts: [], rooms: [] })
    openControl(this)
  }

  /** Begin a new world; nothing of the one before is left. */
  begin ({ bot, contacts, rooms }) {
    this.bot = bot.id
    this.numbers = 0
    this.sent = []
    this.ways = {} // how the gateway misbehaves: see `hinder` and `messageRawPayload`
    this.hanging = signal()
    this.waiting = [] // who wants to know that so many things were said
    this.asked = new Map() // invitations and friendships, by id
    this.links = new Map()
    for (const known of ['Contact', 'Room', 'Message', 'FileBox']) this.mocker[`cache${known}Payload`].clear()
    for (const cache of ['contact', 'room', 'roomMember', 'message', 'friendship', 'roomInvitation']) this.cache[cache]?.clear()
    for (const contact of [bot, ...contacts]) this.know(contact)
    for (const room of rooms) this.open(room)
  }

  open ({ id, members, owner, topic }) {
    this.mocker.cacheRoomPayload.set(id, { adminIdList: [], avatar: '', id, memberIdList: members, ownerId: owner, topic })
  }

  know ({ id, name, friend = false }) {
    this.mocker.cacheContactPayload.set(id, { avatar: '', friend, gender: 0, id, name: name || id, phone: [], type: 1 })
  }

  async onStart () {
    await super.onStart()
    setImmediate(() => this.comeOnLine())
  }

  comeOnLine () {
    if (this.isLoggedIn) return
    this.login(this.bot)
    this.emit('ready', { data: 'ready' })
  }

  ding (data) {
    if (!this.ways.deaf) setImmediate(() => this.emit('dong', { data }))
  }

  /** Resolve once the bot did so many things. */
  didSo (count) {
    return new Promise((resolve) => {
      if (this.sent.length >= count) resolve()
      else this.waiting.push({ count, resolve })
    })
  }

  // What people do.

  said ({ id, talker, room, listener, text = '', type = Message.Text, mentions = [], timestamp, file, link }) {
    const message = id || `m${++this.numbers}`
    const payload = { id: message, mentionIdList: mentions, talkerId: talker, text, timestamp: timestamp ?? Date.now(), type }
    if (room) payload.roomId = room
    else payload.listenerId = listener || this.bot
    if (file) {
      payload.filename = file.name
      this.mocker.cacheFileBoxPayload.set(message, FileBox.fromBase64(file.base64, file.name).toJSON())
    }
    if (link) this.links.set(message, link)
    this.mocker.cacheMessagePayload.set(message, payload)
    this.emit('message', { messageId: message })
    return message
  }

  joined ({ room, members, inviter }) {
    for (const member of members) this.know({ ...this.mocker.cacheContactPayload.get(member.id), ...member })
    const ids = members.map(({ id }) => id)
    this.changeMembers(room, (list) => [...list, ...ids])
    this.emit('room-join', { inviteeIdList: ids, inviterId: inviter || '', roomId: room, timestamp: Date.now() })
  }

  left ({ room, members, remover }) {
    this.changeMembers(room, (list) => list.filter((id) => !members.includes(id)))
    this.emit('room-leave', { removeeIdList: members, removerId: remover || '', roomId: room, timestamp: Date.now() })
  }

  renamed ({ room, topic, changer }) {
    const payload = this.mocker.cacheRoomPayload.get(room)
    this.mocker.cacheRoomPayload.set(room, { ...payload, topic })
    this.cache.room.delete(room)
    this.emit('room-topic', { changerId: changer, newTopic: topic, oldTopic: payload.topic, roomId: room, timestamp: Date.now() })
  }

  invited ({ invitation, sender, room, topic }) {
    this.open({ id: room, members: [sender], owner: sender, topic })
    this.asked.set(invitation, { room, sender, topic })
    this.emit('room-invite', { roomInvitationId: invitation })
  }

  befriend ({ friendship, contact, hello = '', type }) {
    const id = friendship || `f${++this.numbers}`
    if (contact.name) this.know(contact)
    if (type === FriendshipType.Confirm) this.mocker.cacheContactPayload.get(contact.id).friend = true
    this.asked.set(id, { contact: contact.id, hello, type })
    this.emit('friendship', { friendshipId: id })
    return id
  }

  /** A person deletes the bot, which nobody tells it. */
  estrange ({ contact }) {
    this.know({ ...this.mocker.cacheContactPayload.get(contact), friend: false })
  }

  /** From the next log-in on people are called by other ids: `people` maps the old to the new. */
  renumbered ({ people }) {
    const now = (id) => people[id] ?? id
    const { cacheContactPayload: contacts, cacheRoomPayload: rooms } = this.mocker
    for (const [before, id] of Object.entries(people)) {
      contacts.set(id, { ...contacts.get(before), id })
      contacts.delete(before)
    }
    for (const [id, room] of rooms) rooms.set(id, { ...room, memberIdList: room.memberIdList.map(now), ownerId: now(room.ownerId) })
    for (const cache of ['contact', 'room', 'roomMember']) this.cache[cache]?.clear()
  }

  changeMembers (room, change) {
    const payload = this.mocker.cacheRoomPayload.get(room)
    this.mocker.cacheRoomPayload.set(room, { ...payload, memberIdList: change(payload.memberIdList) })
    this.cache.room.delete(room)
  }

  // What the gateway asks for.

  async messageRawPayload (id) {
    const slow = this.ways.slow?.[id]
    if (slow) await new Promise((resolve) => { this.ways.release = resolve })
    const failures = this.ways.unreadable?.[id] ?? 0
    if (failures > 0) {
      this.ways.unreadable[id] -= 1
      throw new Error('the payload is not there yet')
    }
    return super.messageRawPayload(id)
  }

  async roomList () {
    const rooms = [...this.mocker.cacheRoomPayload.values()]
    return rooms.filter(({ memberIdList }) => memberIdList.includes(this.bot)).map(({ id }) => id)
  }

  async messageUrl (id) { return this.links.get(id) ?? super.messageUrl(id) }

  async friendshipRawPayload (id) {
    const { contact, hello, type } = this.found(id)
    return { contactId: contact, hello, id, ticket: 'ticket', timestamp: Date.now(), type }
  }

  async roomInvitationRawPayload (id) {
    const { sender, topic } = this.found(id)
    return { avatar: '', id, invitation: 'card', inviterId: sender, memberCount: 2, memberIdList: [sender], receiverId: this.bot, timestamp: Date.now(), topic }
  }

  found (id) {
    const found = this.asked.get(id)
    if (!found) throw new Error(`invitation or friendship ${id} not found`)
    return found
  }

  // What the bot does.

  async messageSendText (conversation, text, mentions) {
    return this.say(conversation, { mentions, text })
  }

  async messageSendFile (conversation, file) {
    const content = (await file.toBuffer()).toString('base64')
    return this.say(conversation, { file: { base64: content, name: file.name } })
  }

  async messageSendContact (conversation, contact) {
    return this.say(conversation, { contact })
  }

  async messageSendUrl (conversation, link) {
    return this.say(conversation, { link })
  }

  async messageSendMiniProgram (conversation, program) {
    return this.say(conversation, { program })
  }

  async messageForward (conversation, message) {
    if (this.ways.cannotForward) throw new Error('messageForward is not supported')
    return this.say(conversation, { forwarded: message })
  }

  async say (conversation, what) {
    this.mayTalkTo(conversation)
    const id = `b${++this.numbers}`
    await this.hinder(() => this.sent.push({ conversation, do: 'say', id, ...what }))
    return id
  }

  async friendshipAdd (contact, options) {
    await this.hinder(() => this.sent.push({ contact, do: 'add-friend', hello: options.hello, room: options.roomId }))
  }

  async friendshipAccept (id) {
    const { contact } = this.found(id)
    this.sent.push({ do: 'accept-friend', request: id })
    this.befriend({ contact: { id: contact }, type: FriendshipType.Confirm })
  }

  async roomInvitationAccept (id) {
    const { room, sender } = this.found(id)
    this.sent.push({ do: 'accept-invitation', invitation: id })
    this.joined({ inviter: sender, members: [{ id: this.bot }], room })
  }

  async roomDel (room, contact) {
    this.mustOwn(room)
    this.sent.push({ contact, do: 'remove-member', room })
    this.left({ members: [contact], remover: this.bot, room })
  }

  async roomAnnounce (room, text) {
    if (text === undefined) return super.roomAnnounce(room)
    this.mustOwn(room)
    this.sent.push({ do: 'announce', room, text })
  }

  mayTalkTo (conversation) {
    const room = this.mocker.cacheRoomPayload.get(conversation)
    if (room && !room.memberIdList.includes(this.bot)) throw new Error('你不在该群聊中')
    if (!room && !this.mocker.cacheContactPayload.get(conversation)?.friend) throw new Error('对方还不是你的好友')
  }

  mustOwn (room) {
    if (this.mocker.cacheRoomPayload.get(room).ownerId !== this.bot) throw new Error('你不是群主，没有权限')
  }

  /** Let a send meet today's weather: refused, delivered without an answer, or simply done. */
  async hinder (deliver) {
    const { answer, hang, refuse } = this.ways
    if (refuse) throw new Error(refuse)
    deliver()
    for (const { count, resolve } of this.waiting) if (this.sent.length >= count) resolve()
    if (hang) {
      this.hanging.resolve()
      await new Promise(() => {})
    }
    if (answer) throw new Error(answer)
  }
}

function signal () {
  const made = {}
  made.promise = new Promise((resolve) => { made.resolve = resolve })
  return made
}
