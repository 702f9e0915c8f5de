// Shows the full name of a row whose name is shortened, when the pointer rests on it. A list is a canvas: which account
// a row is, the table says that it holds for screen readers.
const HEADER_HEIGHT = 33
const ROW_HEIGHT = 28

// Called again with new data; what it returns is called once, when it is taken away.
export default function ({ data, parentElement }) {
  parentElement.shown = data
  return (parentElement.stop ??= listen(parentElement))
}

function listen(place) {
  const show = ({ target, clientY }) => {
    const { list: key, names } = place.shown
    const list = target.closest?.(`[class*="st-key-${CSS.escape(key)}"] [data-testid="stDataFrame"]`)
    if (list) list.title = names[idAt(list, clientY)] ?? ""
  }
  document.addEventListener("mousemove", show)
  return () => {
    document.removeEventListener("mousemove", show)
    place.stop = undefined
  }
}

function idAt(list, pointerY) {
  const scrolled = list.querySelector(".dvn-scroller")?.scrollTop ?? 0
  const row = Math.floor((pointerY - list.getBoundingClientRect().top - HEADER_HEIGHT + scrolled) / ROW_HEIGHT)
  const cell = list.querySelector(`[data-testid="glide-cell-1-${row}"]`)
  return cell ? cell.textContent : ""
}
