// Shows the form that the page names, and sends what is filled in. What was typed stays on the page until the server
// has said that it is kept; a failed attempt is made again with the very same bytes, which the server knows as a resend.

import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from '@getodk/web-forms'
import { createApp, h } from 'vue'
import { calendarWords } from './said.js'
import { send } from './send.js'

const find = id => document.getElementById(id)
const place = find('fill')
const task = JSON.parse(place.dataset.task)
const trouble = find('trouble')
let isChanged = false
let waiting = null

const fetched = async address => {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${answer.status} ${address.split('/').at(-1)}`)
  return answer
}
const nameIn = address => encodeURIComponent(decodeURIComponent(String(address).replace(/^jr:\/\/[^/]+\//, '')))

const editInstance = task.instance && {
  resolveInstance: async () => (await fetched(task.instance)).text(),
  attachmentFileNames: task.names,
  resolveAttachment: name => fetched(task.attachments + encodeURIComponent(name)),
}

function show(id) {
  for (const other of ['loading', 'not-loaded', 'sent', 'answered', 'fill']) {
    if (find(other)) find(other).hidden = other !== id
  }
}

function fail(error) {
  show('not-loaded')
  find('not-loaded').querySelector('[data-detail]').textContent = error.message
}

async function attempt() {
  const { payload, done } = waiting
  trouble.close()
  find('sending').hidden = false
  const outcome = await send(task.send, payload.data, { isSignedIn: Boolean(task.user) })
  find('sending').hidden = true
  if (outcome.why) return tell(outcome)
  waiting = null
  isChanged = false
  if (task.once) localStorage.setItem(task.once, new Date().toISOString())
  show('sent')
  find('sent').focus()
  find('again')?.addEventListener('click', () => {
    done({ next: POST_SUBMIT__NEW_INSTANCE })
    show('fill')
    window.scrollTo(0, 0)
  }, { once: true })
}

function tell({ why, detail }) {
  for (const words of trouble.querySelectorAll('[data-why]')) words.hidden = words.dataset.why !== why
  trouble.querySelector('[data-detail]').textContent = detail
  trouble.showModal()
}

function submitted(payload, done) {
  waiting = { payload, done }
  attempt()
}

async function begin() {
  const formXml = await (await fetched(task.form)).text()
  const app = createApp({
    render: () => h(OdkWebForm, {
      formXml,
      fetchFormAttachment: address => fetch(task.files + nameIn(address)),
      missingResourceBehavior: 'BLANK',
      submissionMaxSize: task.limit,
      editInstance: editInstance || undefined,
      preloadProperties: task.user ? { username: task.user } : {},
      trackDevice: true,
      onSubmitChunked: submitted,
    }),
  })
  app.use(webFormsPlugin)
  Object.assign(app.config.globalProperties.$primevue.config.locale, calendarWords())
  app.mount(place)
  show('fill')
}

find('resend').addEventListener('click', attempt)
find('return').addEventListener('click', () => trouble.close())
window.addEventListener('online', () => {
  if (waiting && trouble.open) attempt()
})
for (const kind of ['input', 'change', 'click']) {
  place.addEventListener(kind, () => { isChanged = true })
}
window.addEventListener('beforeunload', event => {
  if (isChanged) event.preventDefault()
})

if (task.once && localStorage.getItem(task.once)) show('answered')
else begin().catch(fail)
