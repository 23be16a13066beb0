// What pages can do beside their forms. Each works without this file too.

document.addEventListener('change', event => {
  const { target } = event
  // A chosen file is sent at once.
  if (target.matches('[data-send]') && target.files.length) target.form.requestSubmit()
})

document.addEventListener('click', event => {
  const { ask } = event.target.dataset
  if (ask && !window.confirm(ask)) event.preventDefault()
})

document.addEventListener('submit', event => {
  const form = event.target
  const button = form.querySelector('button:not([type])')
  if (!form.dataset.busy || !button) return
  button.disabled = true
  button.textContent = form.dataset.busy
})

// Files that are dropped go into the form's own field.
for (const form of document.querySelectorAll('[data-drop]')) {
  const input = form.querySelector('input[type=file]')
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
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
document.documentElement.dataset.ready = 'yes'
