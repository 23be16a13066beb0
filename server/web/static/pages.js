// What pages can do beside their forms. Each form works without this file too.

const find = (selector, within = document) => within.querySelector(selector)

// Parts of a page that come again from the server, as it would show them now.

const turns = new Map()

async function renew(selector, address = location.href) {
  const turn = (turns.get(selector) ?? 0) + 1
  turns.set(selector, turn)
  const answer = await fetch(address)
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const part = find(selector, page)
  // An answer that a later one has overtaken shows what was chosen before.
  if (turns.get(selector) !== turn) return
  if (!part || part.isEqualNode(find(selector))) return
  find(selector).replaceWith(part)
  reveal(part)
}

async function send(form) {
  const box = () => find('[data-fault]')
  try {
    const body = new URLSearchParams(new FormData(form))
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } })
    const { message } = await answer.json().catch(() => ({}))
    await renew('#jobs')
    if (!answer.ok) tell(box(), box().dataset.failed.replace('%(reason)s', message ?? answer.statusText))
  } catch {
    tell(box(), box().dataset.offline)
  }
  poll()
}

function tell(box, text) {
  box.textContent = text
  box.hidden = false
}

let next
function poll() {
  clearTimeout(next)
  if (find('#jobs[data-poll]')) next = setTimeout(() => renew('#jobs').catch(() => {}).then(poll), 2000)
}

// A part that follows what comes in; a page that nobody looks at asks nothing.

function follow(selector, seconds) {
  if (find(selector)) setInterval(() => { if (!document.hidden) renew(selector).catch(() => {}) }, seconds * 1000)
}

// Buttons that need a script are hidden until there is one, and those that it makes needless are hidden then.

function reveal(part) {
  for (const button of part.querySelectorAll('[data-copy], [data-print], [data-job]')) button.hidden = false
  for (const button of part.querySelectorAll('[data-plain]')) button.hidden = true
}

function copy(button) {
  const input = find('input', button.parentElement)
  input.select()
  if (navigator.clipboard) navigator.clipboard.writeText(input.value).catch(() => document.execCommand('copy'))
  else document.execCommand('copy') // what pages without https have
}

document.addEventListener('click', event => {
  const button = event.target.closest('button')
  if (!button) return
  const { ask } = button.dataset
  if (ask && !window.confirm(ask)) event.preventDefault()
  if ('copy' in button.dataset) copy(button)
  if ('print' in button.dataset) window.print()
})

document.addEventListener('change', async event => {
  const { target } = event
  // A chosen file is sent at once.
  if (target.matches('[data-send]') && target.files.length) target.form.requestSubmit()
  // A group that is chosen stands for what is in it, which keeps addresses short.
  if (target.matches('.tree input')) {
    for (const box of target.form.querySelectorAll(`.tree [value^="${CSS.escape(target.value)}/"]`)) box.disabled = target.checked
  }
  const live = target.form?.dataset.live
  if (live) await renew(live, `?${new URLSearchParams(new FormData(target.form))}`)
})

// Many files go one by one: each that has arrived stays, whatever the network does to the next.

const pause = seconds => new Promise(resolve => { setTimeout(resolve, seconds * 1000) })

function sendFile(form, field, file, onProgress) {
  const body = new FormData()
  body.append('csrf', find('[name=csrf]', form).value)
  body.append(field, file)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', form.action)
    request.setRequestHeader('Accept', 'application/json')
    request.upload.onprogress = event => onProgress(event.loaded / event.total)
    request.onload = () => resolve(request)
    request.onerror = () => reject(new Error(''))
    request.send(body)
  })
}

async function persist(attempt) {
  for (const seconds of [1, 4, 10]) {
    try { return await attempt() } catch { await pause(seconds) }
  }
  return attempt()
}

async function sendEach(form) {
  const input = find('input[type=file]', form)
  const [status, bar] = [find('[role=status]', form), find('progress', form)]
  const files = [...input.files]
  const unknown = []
  status.hidden = bar.hidden = false
  try {
    for (const [done, file] of files.entries()) {
      const values = { done: done + 1, total: files.length, name: file.name }
      status.textContent = form.dataset.each.replace(/%\((\w+)\)s/g, (_, name) => values[name])
      const sent = await persist(() => sendFile(form, input.name, file, part => { bar.value = (done + part) / files.length }))
      const answer = JSON.parse(sent.responseText)
      if (sent.status >= 400) throw new Error(answer.message)
      unknown.push(...answer.unknown)
    }
    const told = new URLSearchParams(unknown.slice(0, 20).map(name => ['unknown', name]))
    location.href = `${location.pathname}?${told}`
  } catch (error) {
    status.textContent = error.message || form.dataset.broken
    input.value = ''
  }
}

document.addEventListener('submit', event => {
  const form = event.target
  if (form.dataset.each) {
    event.preventDefault()
    sendEach(form)
    return
  }
  // What is done beside the page leaves it as it is.
  if ('quiet' in form.dataset) {
    event.preventDefault()
    send(form)
    return
  }
  const button = find('button:not([type])', form)
  if (!form.dataset.busy || !button) return
  button.disabled = true
  button.textContent = form.dataset.busy
})

// Files that are dropped go into the form's own field.

for (const form of document.querySelectorAll('[data-drop]')) {
  const input = find('input[type=file]', form)
  const mark = isOver => event => { event.preventDefault(); form.classList.toggle('over', isOver) }
  form.addEventListener('dragover', mark(true))
  form.addEventListener('dragleave', mark(false))
  form.addEventListener('drop', event => {
    mark(false)(event)
    if (!event.dataTransfer.files.length) return
    input.files = event.dataTransfer.files
    form.requestSubmit()
  })
}

// A narrow screen shows some of the tabs; the one that is open is among them.

find('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })

reveal(document)
poll()
follow('#progress', 30)
document.documentElement.dataset.ready = 'yes'
