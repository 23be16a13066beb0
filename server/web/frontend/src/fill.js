// Shows the form that the page names, and sends what is filled in. What was typed stays on the page, and in the browser,
// until the server has said that it is kept; a failed attempt is made again with the very same bytes, which the server
// knows as a resend.

import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from '@getodk/web-forms'
import { createApp, h } from 'vue'
import { placeOf } from './faults.js'
import { keeper } from './keeper.js'
import { calendarWords } from './said.js'
import { send } from './send.js'

const find = id => document.getElementById(id)
const place = find('fill')
const task = JSON.parse(place.dataset.task)
const trouble = find('trouble')
let isChanged = false
let waiting = null
let keeping = null
let isRestored = false
let app = null

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
  for (const other of ['loading', 'not-loaded', 'not-shown', 'begun', 'sent', 'answered', 'fill']) {
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
  await keeping?.forget()
  if (place.dataset.after) {
    sessionStorage.setItem('saved', 'yes')
    location.assign(place.dataset.after)
    return
  }
  await writeReceipt(payload)
  if (task.once) localStorage.setItem(task.once, new Date().toISOString())
  show('sent')
  find('sent').focus()
  find('again')?.addEventListener('click', () => {
    done({ next: POST_SUBMIT__NEW_INSTANCE })
    show('fill')
    window.scrollTo(0, 0)
  }, { once: true })
}

// Whose answers the server has, and since when: the name that the form gives them, if it does.
async function writeReceipt({ data }) {
  const xml = await data[0].get('xml_submission_file').text()
  const name = new DOMParser().parseFromString(xml, 'text/xml').querySelector('instanceName')?.textContent.trim()
  const { named, nameless } = find('receipt').dataset
  find('receipt').textContent = filled(name ? named : nameless, { name, time: clock(new Date()) })
}

const filled = (words, values) => words.replace(/%\((\w+)\)s/g, (_, name) => values[name])
const clock = moment => moment.toLocaleString(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' })

function tell({ why, detail }) {
  for (const words of trouble.querySelectorAll('[data-why]')) words.hidden = words.dataset.why !== why
  trouble.querySelector('[data-detail]').textContent = detail
  trouble.showModal()
}

function submitted(payload, done) {
  waiting = { payload, done }
  attempt()
}

// Asks whether to go on with what was begun here; gives what the widgets take to do so.
async function goOn() {
  const found = await keeping.found()
  if (!found) return undefined
  find('begun-at').textContent = filled(find('begun-at').dataset.words, { time: clock(found.at) })
  show('begun')
  const goesOn = await new Promise(resolve => {
    find('go-on').addEventListener('click', () => resolve(true))
    find('begin-anew').addEventListener('click', () => resolve(false))
  })
  isChanged = goesOn
  if (!goesOn) await keeping.forget()
  return goesOn ? found : undefined
}

async function follow(state) {
  keeping?.follow(state)
  // What cannot be read back any more would keep the form from being filled in at all.
  if (state.status === 'FORM_STATE_FAILURE' && isRestored) {
    await keeping.forget()
    isChanged = false
    location.reload()
  } else if (state.status === 'FORM_STATE_FAILURE') {
    giveUp(state.error)
  }
}

// The widgets cannot show the form. Where an expression is the cause, the author is told which one.
function giveUp(error) {
  const found = placeOf(error.message)
  queueMicrotask(() => app.unmount())
  show('not-shown')
  const section = find('not-shown')
  section.querySelector('[data-placed]').hidden = !found
  section.querySelector('[data-name]').textContent = found?.path.split('/').at(-1) ?? ''
  section.querySelector('[data-path]').textContent = found?.path ?? ''
  section.querySelector('[data-expression]').textContent = found?.expression ?? ''
  section.querySelector('[data-detail]').textContent = error.message
  section.scrollIntoView()
}

async function begin() {
  const formXml = await (await fetched(task.form)).text()
  if (task.kind === 'new') keeping = keeper(`${location.pathname} ${task.user ?? ''}`, formXml, () => isChanged)
  const restored = keeping ? await goOn() : undefined
  isRestored = Boolean(restored)
  app = createApp({
    render: () => h(OdkWebForm, {
      formXml,
      fetchFormAttachment: address => fetch(task.files + nameIn(address)),
      missingResourceBehavior: 'BLANK',
      submissionMaxSize: task.limit,
      editInstance: editInstance || undefined,
      begun: restored,
      follow,
      preloadProperties: task.user ? { username: task.user } : {},
      trackDevice: true,
      onSubmitChunked: submitted,
    }),
  })
  app.use(webFormsPlugin)
  Object.assign(app.config.globalProperties.$primevue.config.locale, calendarWords())
  if (editInstance) whenShown(showFirstFault)
  app.mount(place)
  show('fill')
}

function whenShown(act) {
  const watch = new MutationObserver(() => {
    if (!place.querySelector('.odk-form')) return
    watch.disconnect()
    requestAnimationFrame(act)
  })
  watch.observe(place, { childList: true, subtree: true })
}

// Gives the question, if there is one.
function showFirstFault() {
  const first = place.querySelector('.question-container.highlight')
  first?.scrollIntoView({ block: 'center' })
  return first
}

find('resend').addEventListener('click', attempt)
find('return').addEventListener('click', () => trouble.close())
window.addEventListener('online', () => {
  if (waiting && trouble.open) attempt()
})
document.addEventListener('faults', () => requestAnimationFrame(() => {
  showFirstFault()?.querySelector('input, textarea, button, [tabindex="0"]')?.focus({ preventScroll: true })
}))
for (const kind of ['input', 'change', 'click']) {
  place.addEventListener(kind, () => { isChanged = true })
}
window.addEventListener('beforeunload', event => {
  if (isChanged) event.preventDefault()
})

if (task.once && localStorage.getItem(task.once)) show('answered')
else begin().catch(fail)
