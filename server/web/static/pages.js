// What pages can do beside their forms. Each works without this file too.

document.addEventListener('change', event => {
  const { target } = event
  // A chosen file is sent at once.
  if (target.matches('[data-send]') && target.files.length) target.form.requestSubmit()
})
