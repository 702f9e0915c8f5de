// The Find box: asks the server while one types, shows what it answers, and opens a hit by Enter or click. As it is in the
// bar of every page, it also gives dialogs, popovers and figures the theme that somebody chose in the menu.
const PAUSE_MS = 200
const MOST_RECENT = 8
const RECENT = "wb-opened"

// Called again with new data; what it returns is called once, when it is taken away.
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const box = parentElement.querySelector(".wb-find")
  const input = box.querySelector("input")
  const panel = box.querySelector(".wb-hits")
  box.say = { setStateValue, setTriggerValue }
  if (box.turn === undefined) {
    box.turn = data.turn
    listen(box, input, panel)
  }
  input.placeholder = data.placeholder
  if (data.account) remember(data.account, data.whose)
  if (data.focus && box.focusedOn !== data.focus) input.focus({ preventScroll: true })
  box.focusedOn = data.focus
  if (data.turn === box.turn) show(box, input, panel, data)
  return (box.stop ??= begin(box, input))
}

function begin(box, input) {
  const ends = [listenToPage(box, input), followTheme(box)]
  return () => {
    ends.forEach(end => end())
    box.stop = undefined
  }
}

function listen(box, input, panel) {
  input.oninput = () => later(box, () => ask(box, input.value))
  input.onclick = () => ask(box, input.value)
  input.onblur = () => close(box, input, panel)
  input.onkeydown = event => onKey(event, box, input, panel)
  // A pressed mouse button would take the focus from the box, and close the list before the click arrives.
  panel.onmousedown = event => event.preventDefault()
  panel.onclick = ({ target }) => {
    const hit = target.closest("[data-account]")
    if (hit) open(box, input, panel, hit)
    if (target.closest("[data-all]")) openAll(box, input, panel)
  }
}

// Ctrl+K puts the cursor into the box from anywhere. Returns what takes the listener away again.
function listenToPage(box, input) {
  const onPageKey = event => {
    const isPlain = !event.shiftKey && !event.altKey
    if (!(isPlain && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) return
    event.preventDefault()
    input.focus()
    input.select()
    ask(box, input.value)
  }
  document.addEventListener("keydown", onPageKey, true)
  return () => document.removeEventListener("keydown", onPageKey, true)
}

// The app's element alone has the chosen theme; dialogs and popovers stand outside of it, and the server draws figures.
function followTheme(box) {
  const app = document.querySelector(".stApp")
  if (!app) return () => {}
  const follow = () => {
    const theme = getComputedStyle(app).colorScheme
    document.documentElement.style.colorScheme = theme
    if (box.theme && box.theme !== theme) box.say.setTriggerValue("theme", theme)
    box.theme = theme
  }
  const changes = new MutationObserver(follow)
  changes.observe(app, { attributeFilter: ["class"] })
  follow()
  return () => changes.disconnect()
}

function onKey(event, box, input, panel) {
  if (event.isComposing) return
  if (event.key === "Escape") close(box, input, panel)
  if (event.key === "Enter") {
    const chosen = panel.querySelector('[aria-selected="true"]')
    if (chosen) return open(box, input, panel, chosen)
    box.opensFirst = input.value.trim() !== ""
    ask(box, input.value)
    openFirst(box, input, panel)
  }
  // With Alt they go through a list from one account to the next (walking.py).
  if (!event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault()
    if (panel.hidden) ask(box, input.value)
    else choose(input, panel, event.key === "ArrowDown" ? 1 : -1)
  }
}

function later(box, what) {
  clearTimeout(box.waiting)
  box.waiting = setTimeout(what, PAUSE_MS)
}

// What is typed goes to the server with a number, so that an answer to older words is not taken for the newest.
function ask(box, words) {
  clearTimeout(box.waiting)
  const term = words.trim()
  if (box.isOpen && box.asked === term) return
  box.isOpen = true
  box.asked = term
  box.turn += 1
  box.say.setStateValue("asked", { term, turn: box.turn, recent: term ? null : recent() })
}

function show(box, input, panel, data) {
  if (!box.isOpen) return
  if (panel.drawn !== data.hits) panel.innerHTML = panel.drawn = data.hits
  panel.hidden = data.hits === ""
  input.setAttribute("aria-expanded", String(!panel.hidden))
  input.removeAttribute("aria-activedescendant")
  box.answered = data.turn
  openFirst(box, input, panel)
}

function openFirst(box, input, panel) {
  if (!box.opensFirst || box.answered !== box.turn) return
  box.opensFirst = false
  const first = panel.querySelector("[data-account]")
  if (first) open(box, input, panel, first)
}

function choose(input, panel, step) {
  const hits = [...panel.querySelectorAll("[data-account]")]
  if (!hits.length) return
  const at = hits.findIndex(hit => hit.getAttribute("aria-selected") === "true")
  const next = hits[at < 0 ? (step > 0 ? 0 : hits.length - 1) : (at + step + hits.length) % hits.length]
  for (const hit of hits) hit.setAttribute("aria-selected", String(hit === next))
  input.setAttribute("aria-activedescendant", next.id)
  next.scrollIntoView({ block: "nearest" })
}

function open(box, input, panel, hit) {
  leave(box, input, panel)
  box.say.setTriggerValue("opened", { account: hit.dataset.account, turn: box.turn })
}

function openAll(box, input, panel) {
  const term = input.value.trim()
  leave(box, input, panel)
  box.say.setTriggerValue("listed", { term, turn: box.turn })
}

function leave(box, input, panel) {
  hide(box, input, panel)
  input.value = ""
  input.blur()
}

function close(box, input, panel) {
  if (!box.isOpen) return
  hide(box, input, panel)
  box.say.setStateValue("asked", null)
}

function hide(box, input, panel) {
  clearTimeout(box.waiting)
  box.isOpen = box.opensFirst = false
  panel.hidden = true
  input.setAttribute("aria-expanded", "false")
  input.removeAttribute("aria-activedescendant")
}

// Ids alone, which are in the browser's history too, and whose they are: the server shows them to nobody else.
// Without storage, or with something else in it, there are none.
function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT))
    const accounts = kept.accounts.filter(one => typeof one === "string").slice(0, MOST_RECENT)
    return { whose: kept.whose, accounts }
  } catch {
    return null
  }
}

function remember(account, whose) {
  const kept = recent()
  const others = kept?.whose === whose ? kept.accounts.filter(other => other !== account) : []
  try {
    localStorage.setItem(RECENT, JSON.stringify({ whose, accounts: [account, ...others].slice(0, MOST_RECENT) }))
  } catch {
    // Storage may be full or refused.
  }
}
