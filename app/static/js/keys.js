/* Keys for those who work through long lists: / search, j and k rows, Enter open, g h home, ? this list. */

const typing = (e) => e.target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]');

export function keys() {
  let before = '';
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event)) return;
    const act = { '/': search, j: () => move(1), k: () => move(-1), '?': () => document.getElementById('keys')?.showModal() }[event.key];
    if (before === 'g' && event.key === 'h') location.assign(document.body.dataset.home || '/');
    before = event.key;
    if (act) { event.preventDefault(); act(); }
  });
}

function search() {
  const box = document.querySelector('[data-search]');
  if (box && box.offsetParent) { box.focus(); box.select(); } else document.querySelector('.top-search-link')?.focus();
}

function move(by) {
  const rows = [...document.querySelectorAll('table[data-walk] tbody tr')].filter((row) => row.querySelector('a'));
  if (!rows.length) { document.querySelector(`.walker a[rel=${by > 0 ? 'next' : 'prev'}]`)?.click(); return; }
  const at = rows.findIndex((row) => row.classList.contains('picked') || row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  rows.forEach((row) => row.classList.toggle('picked', row === next));
  next.querySelector('a').focus();
  next.scrollIntoView({ block: 'nearest' });
}
