// What pages can do beside their forms. Each form works without this file too.

const find = (selector, within = document) => within.querySelector(selector)
const csrf = () => decodeURIComponent((document.cookie.match(/(?:^|; )csrf=([^;]*)/) ?? [])[1] ?? '')

// Parts of a page that come again from the server, as it would show them now.

async function renew(selector, address = location.href) {
  const answer = await fetch(address)
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const part = find(selector, page)
  if (!part) return
  find(selector).replaceWith(part)
  reveal(part)
}

async function send(method, address) {
  const box = () => find('[data-fault]')
  try {
    const answer = await fetch(address, { method, headers: { 'X-CSRF-Token': csrf() } })
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

// Buttons that need a script are hidden until there is one, and those that it makes needless are hidden then.

function reveal(part) {
  for (const button of part.querySelectorAll('[data-copy], [data-print], [data-job], [data-api]')) button.hidden = false
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
  const { ask, api } = button.dataset
  if (ask && !window.confirm(ask)) event.preventDefault()
  if (api) send(...api.split(' '))
  if ('job' in button.dataset) send('POST', find('#link').dataset.path)
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

document.addEventListener('submit', event => {
  const form = event.target
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

reveal(document)
poll()
document.documentElement.dataset.ready = 'yes'
