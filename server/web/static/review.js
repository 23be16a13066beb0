// The review desk in place: opens submissions without loading the page again, decides, undoes, and listens to keys.
// Everything that it shows comes as HTML from the server, and everything on the screen is in the address.

const page = document.body
const words = JSON.parse(page.dataset.words)
const mayDecide = page.dataset.mayDecide === 'yes'
const find = (selector, within = document) => within.querySelector(selector)
const detail = find('#detail')
const lines = find('#lines')
const picked = new Map() // instanceID -> the mark it was seen with, null when it was never opened
const ahead = new Map() // instanceID -> promise of its HTML
let wholeFilter = null // how many the filter holds, when all of them are selected
let lastDecision = null
let opening = 0

const say = (text, values = {}) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? '')
const article = () => find('article', detail)
const csrf = () => decodeURIComponent((document.cookie.match(/(?:^|; )csrf=([^;]*)/) ?? [])[1] ?? '')
const lineOf = id => find(`.line[data-id="${CSS.escape(id)}"]`, lines)

function address(changes = {}) {
  const query = new URLSearchParams(location.search)
  for (const name of ['part', 'after']) query.delete(name)
  for (const [name, value] of Object.entries(changes)) value == null ? query.delete(name) : query.set(name, value)
  return `${page.dataset.base}?${query}`
}

async function part(name, changes = {}) {
  const answer = await fetch(address({ ...changes, part: name }))
  if (!answer.ok) throw new Error(answer.statusText)
  return answer.text()
}

async function send(method, url, body) {
  let answer
  try {
    answer = await fetch(url, {
      method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf() },
    })
  } catch {
    toast(words.offline, { isBad: true })
    return null
  }
  const content = await answer.json().catch(() => ({}))
  if (answer.ok) return content
  toast(say(words.failed, { reason: content.message ?? answer.statusText }), { isBad: true })
  return null
}

function toast(text, { undo = null, isBad = false } = {}) {
  const box = find('#toast')
  find('span', box).textContent = text
  find('#toast-undo').hidden = undo === null
  box.classList.toggle('bad', isBad)
  box.hidden = false
  clearTimeout(toast.timer)
  toast.timer = setTimeout(() => { box.hidden = true }, 10000)
}

// Opening

function prefetch(id) {
  if (id && !ahead.has(id)) ahead.set(id, part('detail', { open: id }).catch(() => { ahead.delete(id); return null }))
  return id ? ahead.get(id) : null
}

async function open(id, { isStep = true } = {}) {
  const turn = ++opening
  const html = await prefetch(id)
  if (turn !== opening) return
  if (html === null) { location.href = address({ open: id }); return }
  show(html)
  page.classList.add('has-open')
  if (isStep) history.pushState({ open: id }, '', address({ open: id }))
}

function show(html) {
  detail.innerHTML = html
  markOpen()
  showPicked()
  if (!article()) return
  prefetch(article().dataset.next)
  prefetch(article().dataset.previous)
  detail.dataset.shown = article().dataset.id
}

function markOpen() {
  const id = article()?.dataset.id
  for (const line of lines.querySelectorAll('.line')) {
    const isOpen = line.dataset.id === id
    line.classList.toggle('is-open', isOpen)
    isOpen ? find('a', line).setAttribute('aria-current', 'true') : find('a', line).removeAttribute('aria-current')
    if (isOpen) line.scrollIntoView({ block: 'nearest' })
  }
}

async function reload() {
  const id = article()?.dataset.id
  if (!id) return
  ahead.clear()
  await open(id, { isStep: false })
}

const step = direction => { const id = article()?.dataset[direction]; if (id) open(id) }

// Nobody waits for these: the next decision may be made meanwhile, and then only the newest answer is shown.
async function refresh() {
  const turn = ++refresh.turn
  const [counts, list] = await Promise.all([part('counts'), part('list', { open: article()?.dataset.id })])
  if (turn !== refresh.turn || picked.size) return
  const bar = find('#counts')
  const wasOpen = find('.filters', bar).open
  bar.innerHTML = counts
  find('.filters', bar).open = wasOpen
  find('#bulk-all').dataset.total = find('.states', bar).dataset.total
  lines.innerHTML = list
  watchEnd()
  markOpen()
}
refresh.turn = 0

// Deciding

// Asks for a reason; `proposed` is one that can be sent as it is, or typed over.
function ask({ title, meaning, act = title, proposed = '' }) {
  const dialog = find('#ask')
  const reason = find('#ask-reason')
  find('#ask-title').textContent = title
  find('#ask-meaning').textContent = meaning
  find('#ask-send span').textContent = act
  find('#ask-fault').textContent = ''
  reason.value = proposed
  dialog.returnValue = 'cancel'
  dialog.showModal()
  reason.select()
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'send' ? reason.value.trim() : null), { once: true })
  })
}

find('#ask form').addEventListener('submit', event => {
  const reason = find('#ask-reason')
  if (event.submitter?.value === 'send' && !reason.value.trim()) {
    event.preventDefault()
    find('#ask-fault').textContent = words.reasonNeeded
    reason.focus()
  }
})
find('#ask-reason').addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) find('#ask-send').click()
})

async function decide(state) {
  if (!mayDecide || decide.isBusy || (!article() && !picked.size)) return
  decide.isBusy = true
  try {
    const reason = state === 'approved' ? noteOfOpen() : await askAbout(state)
    if (reason !== null) await sendDecision(state, reason)
  } finally {
    decide.isBusy = false
  }
}

function askAbout(state) {
  const act = words.deciding[state]
  const what = isBulk() ? submissions(pickedCount()) : nameOfOpen()
  return ask({ title: `${act}: ${what}`, meaning: words.meaning[state], act, proposed: proposedReason() })
}

const isBulk = () => picked.size > 0 || wholeFilter !== null
const pickedCount = () => wholeFilter ?? picked.size
const submissions = count => say(count === 1 ? words.submission : words.submissions, { count })
const nameOfOpen = () => find('#name', detail).textContent
// What was typed below the submission belongs to the decision about it.
const noteOfOpen = () => isBulk() ? '' : find('#comment').value.trim()

function proposedReason() {
  if (isBulk()) return ''
  const open = [...detail.querySelectorAll('.finding:not(.dismissed)')]
  return noteOfOpen() || open.map(finding => finding.dataset.complaint).join('\n')
}

async function sendDecision(state, reason) {
  const one = article()?.dataset
  const wasBulk = isBulk()
  const what = wasBulk ? null : nameOfOpen()
  const body = { state, reason }
  if (wholeFilter !== null) body.expected = wholeFilter
  else body.seen = wasBulk ? Object.fromEntries(picked) : { [one.id]: one.seen }
  const url = address({ open: null }).replace('?', '/decisions?')
  const outcome = await send('POST', url, body)
  if (!outcome) return
  lastDecision = outcome.decision
  const next = one?.next || one?.previous
  // It was fetched ahead, and this decision changes nothing in it.
  const fetched = ahead.get(next)
  unpickAll()
  ahead.clear()
  if (fetched && !wasBulk) ahead.set(next, fetched)
  if (outcome.overtaken.length && !wasBulk) { await reload(); tell(outcome.overtaken[0]); return }
  const told = outcome.overtaken.length ? ` · ${say(words.kept, { count: outcome.overtaken.length })}` : ''
  const decided = { state: words[state], what: what ?? submissions(outcome.decided) }
  toast(say(words.decided, decided) + told, { undo: outcome.decision })
  if (!wasBulk && next) await open(next)
  else await reload()
  refresh()
}

function tell(first) {
  const box = find('#told', detail)
  const time = first.at ? new Date(first.at).toLocaleTimeString(document.documentElement.lang, { timeZone: page.dataset.zone }) : ''
  box.textContent = say(words.overtaken, { name: first.by ?? words.somebody, state: words[first.state], time })
  box.hidden = false
}

async function undo() {
  if (lastDecision === null) return
  const undone = await send('POST', `${page.dataset.base}/decisions/${lastDecision}/undo`, {})
  if (!undone) return
  lastDecision = null
  const kept = undone.kept ? ` · ${say(words.kept, { count: undone.kept })}` : ''
  toast(say(words.undone, { count: undone.restored }) + kept)
  await reload()
  refresh()
}

// Selecting

function pick(line, isPicked) {
  const box = find('.tick input', line)
  if (!box) return
  box.checked = isPicked
  line.classList.toggle('is-picked', isPicked)
  if (!isPicked) picked.delete(line.dataset.id)
  else picked.set(line.dataset.id, article()?.dataset.id === line.dataset.id ? article().dataset.seen : null)
  wholeFilter = null
  showPicked()
}

function unpickAll() {
  for (const line of lines.querySelectorAll('.is-picked')) pick(line, false)
  picked.clear()
  wholeFilter = null
  showPicked()
}

function showPicked() {
  const count = pickedCount()
  find('#bulk').hidden = count === 0
  if (mayDecide) showWhatIsDecided(count)
  find('#bulk-count').textContent = say(words.selected, { count })
  find('#bulk-all').textContent = say(words.selectAll, { count: find('#bulk-all').dataset.total })
  // What only says how many there are at least cannot be decided as a whole.
  find('#bulk-all').hidden = wholeFilter !== null || !find('#bulk-all').dataset.total
}

function showWhatIsDecided(count) {
  for (const many of document.querySelectorAll('.decide .many')) many.textContent = count ? ` (${count})` : ''
  find('#bulk-decide').hidden = count === 0
  if (!article()) return
  find('#comment-form').hidden = count > 0
  find('.for-selected').hidden = count === 0
  find('.for-selected').textContent = say(words.forSelected, { count })
}

find('#bulk-clear').addEventListener('click', unpickAll)
find('#bulk-all').addEventListener('click', event => {
  for (const line of lines.querySelectorAll('.line')) pick(line, true)
  wholeFilter = Number(event.target.dataset.total)
  showPicked()
})

// The rest of the list comes as one scrolls to its end.

function watchEnd() {
  const more = find('[data-more]', lines)
  if (more) ends.observe(more)
}

const ends = new IntersectionObserver(async seen => {
  const more = seen.find(entry => entry.isIntersecting)?.target
  if (!more || more.isLoading) return
  more.isLoading = true
  const html = await part('list', { after: more.dataset.more, open: article()?.dataset.id })
  more.closest('li').outerHTML = html
  watchEnd()
}, { root: lines, rootMargin: '400px' })

// Photos

const zoom = { at: 0, photos: () => [...detail.querySelectorAll('.strip [data-zoom]')] }

function showPhoto(number) {
  const photos = zoom.photos()
  zoom.at = (number + photos.length) % photos.length
  const photo = photos[zoom.at]
  find('.zoom-picture').classList.remove('is-large')
  find('#zoom-image').src = photo.dataset.large
  find('#zoom-image').alt = photo.dataset.label
  find('#zoom-title').textContent = `${photo.dataset.label} · ${say(words.photo, { number: zoom.at + 1, count: photos.length })}`
  if (!find('#zoom').open) find('#zoom').showModal()
}

function resizePhoto() {
  const isLarge = find('.zoom-picture').classList.toggle('is-large')
  if (isLarge) find('#zoom-image').src = zoom.photos()[zoom.at].href
}

find('#zoom-close').addEventListener('click', () => find('#zoom').close())
find('#zoom-next').addEventListener('click', () => showPhoto(zoom.at + 1))
find('#zoom-previous').addEventListener('click', () => showPhoto(zoom.at - 1))
find('#zoom-size').addEventListener('click', resizePhoto)
find('#zoom-image').addEventListener('click', resizePhoto)
find('#zoom').addEventListener('keydown', event => {
  if (event.key === 'ArrowRight') showPhoto(zoom.at + 1)
  if (event.key === 'ArrowLeft') showPhoto(zoom.at - 1)
})

// Clicks and keys

// What the finding is about, whatever part of the answers is shown.
function reveal(link) {
  const answer = find(link.getAttribute('href'), detail)
  if (!answer) return
  find('#show-all', detail).checked = true
  answer.scrollIntoView({ block: 'center' })
  answer.focus({ preventScroll: true })
}

async function dismiss(button) {
  const isDismissed = button.dataset.dismiss === 'yes'
  const reason = isDismissed ? await ask({ title: words.dismiss, meaning: words.whyRight }) : ''
  if (reason === null) return
  const url = `${page.dataset.api}/${encodeURIComponent(article().dataset.id)}/findings/${button.closest('.finding').dataset.finding}`
  if (await send('PATCH', url, { dismissed: isDismissed, reason: reason || null })) {
    toast(words.saved)
    await reload()
    refresh()
  }
}

document.addEventListener('click', event => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
  const { target } = event
  const line = target.closest('.line a')
  const step = target.closest('[data-open]')
  const photo = target.closest('[data-zoom]')
  const decision = target.closest('[data-decide]')
  const finding = target.closest('[data-dismiss]')
  const place = target.closest('.finding .at')
  const language = target.closest('[data-language]')
  if (line || step) { event.preventDefault(); open(line ? line.closest('.line').dataset.id : step.dataset.open) }
  else if (photo) { event.preventDefault(); showPhoto(Number(photo.dataset.zoom)) }
  else if (decision) decide(decision.dataset.decide)
  else if (finding) dismiss(finding)
  else if (place) { event.preventDefault(); reveal(place) }
  else if (target.closest('.back')) { event.preventDefault(); page.classList.remove('has-open'); history.pushState({}, '', address({ open: null })) }
  else if (language) document.cookie = `language=${language.dataset.language}; path=/; max-age=31536000; samesite=strict`
})

lines.addEventListener('change', event => pick(event.target.closest('.line'), event.target.checked))
find('#toast-undo').addEventListener('click', undo)
// The cross in the field empties it, and the list with it shows everything again.
find('#search').addEventListener('search', event => { if (!event.target.value) event.target.form.requestSubmit() })
detail.addEventListener('submit', async event => {
  if (event.target.id !== 'comment-form') return
  event.preventDefault()
  const body = find('#comment').value.trim()
  if (!body) return
  if (await send('POST', `${page.dataset.api}/${encodeURIComponent(article().dataset.id)}/comments`, { body })) {
    toast(words.saved)
    await reload()
  }
})

const keys = {
  j: () => step('next'),
  k: () => step('previous'),
  a: () => decide('approved'),
  i: () => decide('hasIssues'),
  r: () => decide('rejected'),
  u: undo,
  c: () => find('#comment')?.focus(),
  x: () => { const line = lineOf(article()?.dataset.id ?? ''); if (line) pick(line, !picked.has(line.dataset.id)) },
  '/': () => find('#search').focus(),
  '?': () => find('#help').showModal(),
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || find('dialog[open]')) return
  if (event.key === 'Escape') { document.activeElement?.blur(); return }
  if (event.target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select')) return
  const act = keys[event.key.toLowerCase()]
  if (act) { event.preventDefault(); act() }
})

window.addEventListener('popstate', () => {
  const id = new URLSearchParams(location.search).get('open')
  if (id) open(id, { isStep: false })
  else page.classList.remove('has-open')
})

watchEnd()
if (article()) { markOpen(); prefetch(article().dataset.next); detail.dataset.shown = article().dataset.id }
if (sessionStorage.getItem('saved')) { sessionStorage.removeItem('saved'); toast(words.saved) }
page.dataset.ready = 'yes'
