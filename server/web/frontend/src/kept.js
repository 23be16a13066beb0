// What has been typed stays in this browser until it has been sent, because phones end pages that nobody looks at.
// Where a browser keeps nothing, as in private windows, everything here does nothing.

const DATABASE = 'transect'
const STORE = 'begun'
const LONGEST_KEPT = 30 * 24 * 60 * 60 * 1000

// What was begun under this name, in the same version of the form: when, the XML and the files; nothing if there is none.
export async function begun(name, formXml) {
  await forgetOld()
  const found = await ask('readonly', store => store.get(name))
  return found?.formXml === formXml ? { ...found, files: await ask('readonly', store => store.get(filesOf(name))) } : undefined
}

export const keep = (name, formXml, xml) => ask('readwrite', store => store.put({ at: Date.now(), formXml, xml }, name))

// Apart from the text, because photos are large and seldom change.
export const keepFiles = (name, files) => ask('readwrite', store => store.put({ at: Date.now(), files }, filesOf(name)))

export const forget = name => ask('readwrite', store => {
  store.delete(filesOf(name))
  return store.delete(name)
})

const filesOf = name => `${name} files`

function forgetOld() {
  return ask('readwrite', store => {
    const request = store.openCursor()
    request.onsuccess = () => {
      const cursor = request.result
      if (cursor && cursor.value.at < Date.now() - LONGEST_KEPT) cursor.delete()
      cursor?.continue()
    }
    return request
  })
}

async function ask(mode, act) {
  try {
    const database = await opened()
    try {
      return await finished(database.transaction(STORE, mode), act)
    } finally {
      database.close()
    }
  } catch {
    return undefined
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function finished(transaction, act) {
  return new Promise((resolve, reject) => {
    const request = act(transaction.objectStore(STORE))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error)
  })
}
