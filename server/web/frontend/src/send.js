// Sends the parts of a submission one after the other, as a phone does. Gives `why` it failed, if it did: `offline`,
// `signed-out`, `refused` or `failed`, with the server's own words as `detail`.

const TAKEN = 201

export async function send(address, parts, { isSignedIn }) {
  for (const part of parts) {
    const outcome = await sendPart(address, part, isSignedIn)
    if (outcome.why) return outcome
  }
  return {}
}

async function sendPart(address, body, isSignedIn) {
  let answer
  let words
  try {
    answer = await fetch(withDevice(address), { method: 'POST', body, headers: { 'X-CSRF-Token': csrf() } })
    words = await answer.text()
  } catch {
    return { why: 'offline', detail: '' }
  }
  if (answer.status === TAKEN) return {}
  return { why: whyRefused(answer.status, isSignedIn), detail: messageIn(words) }
}

function whyRefused(status, isSignedIn) {
  if (status === 401 && isSignedIn) return 'signed-out'
  return status < 500 && status !== 429 ? 'refused' : 'failed'
}

// The token may have changed since the page was loaded, when somebody has signed in anew beside it.
function csrf() {
  return document.cookie.match(/(?:^|;\s*)csrf=([^;]*)/)?.[1] ?? ''
}

function withDevice(address) {
  const device = localStorage.getItem('odk-deviceid')
  return device ? `${address}?deviceID=${encodeURIComponent(device)}` : address
}

function messageIn(words) {
  const document = new DOMParser().parseFromString(words, 'text/xml')
  return document.querySelector('message')?.textContent ?? ''
}
