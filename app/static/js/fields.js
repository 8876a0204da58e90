/* Fields that help while one types: linked dates, grouped codes, files with previews. */

const all = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
const english = () => document.documentElement.lang === 'en';
const DAY = 86_400_000;

export function fields(root) {
  all(root, '[data-linked]').forEach(linked);
  all(root, '[data-code]').forEach(grouped);
  all(root, '[data-check]').forEach(checked);
  all(root, '[data-files]').forEach(files);
  all(root, '[data-filters]').forEach(filters);
}

/* --- days and date ----------------------------------------------------------------------------------------------- */

function linked(box) {
  const days = box.querySelector('[data-days]');
  const date = box.querySelector('[data-date]');
  const words = box.querySelector('[data-words]');
  const start = Date.parse(`${box.dataset.start}T00:00:00Z`);
  const cap = Number(box.dataset.cap) || 0;
  const show = (n, text) => {
    const over = cap && n > cap;
    words.classList.toggle('over', Boolean(over));
    words.textContent = over ? (english() ? `The law allows ${cap} at most.` : `超过法定上限 ${cap}，请改小。`) : (text ?? '');
  };
  const asked = async (query) => {
    if (!box.dataset.url) return null;
    const ask = new URLSearchParams({ start: box.dataset.start, unit: box.dataset.unit, ...query });
    try {
      const answer = await fetch(`${box.dataset.url}?${ask}`, { headers: { Accept: 'application/json' } });
      return answer.ok ? await answer.json() : null;
    } catch { return null; }
  };
  days.addEventListener('input', async () => {
    const n = Number.parseInt(days.value, 10);
    if (!(n > 0)) { show(0); return; }
    const said = await asked({ days: n });
    if (said) date.value = said.date;
    else if (box.dataset.unit === 'day') date.value = new Date(start + n * DAY).toISOString().slice(0, 10);
    show(n, said?.words);
  });
  date.addEventListener('input', async () => {
    if (!date.value) return;
    const said = await asked({ date: date.value });
    const n = said ? said.days : box.dataset.unit === 'day' ? Math.round((Date.parse(`${date.value}T00:00:00Z`) - start) / DAY) : null;
    if (n !== null) { days.value = n; show(n, said?.words); }
  });
}

/* --- codes ------------------------------------------------------------------------------------------------------- */

// A credit code is shown in fours while it is typed, and sent without the blanks.
function grouped(input) {
  const size = Number(input.dataset.code) || 4;
  const plain = () => input.value.replace(/\s+/g, '').toUpperCase();
  const group = () => {
    if (document.activeElement === input && input.selectionStart !== input.value.length) return;
    input.value = plain().match(new RegExp(`.{1,${size}}`, 'g'))?.join(' ') ?? '';
  };
  input.addEventListener('input', group);
  input.addEventListener('blur', group);
  input.form?.addEventListener('submit', () => { input.value = plain(); });
  group();
}

// An identity number is posted: addresses end up in logs.
function ask(input, code) {
  const body = new URLSearchParams({ code });
  if (!('secret' in input.dataset)) return fetch(`${input.dataset.check}?${body}`, { headers: { Accept: 'application/json' } });
  const token = input.form?.querySelector('[name=csrf_token]')?.value ?? '';
  return fetch(input.dataset.check, { method: 'POST', body, headers: { Accept: 'application/json', 'X-CSRFToken': token } });
}

function checked(input) {
  if (!input.dataset.check) return;
  const said = document.createElement('p');
  said.className = 'check-said';
  said.setAttribute('role', 'status');
  input.after(said);
  const secret = 'secret' in input.dataset;
  let asked = '';
  input.addEventListener('input', async () => {
    const code = input.value.replace(/\s+/g, '');
    if (code === asked) return;
    asked = code;
    if (code.length < 15) { said.textContent = ''; said.className = 'check-said'; return; }
    try {
      const answer = await ask(input, code);
      if (!answer.ok) return;
      const { ok, sentence } = await answer.json();
      if (code !== asked) return;
      said.className = `check-said ${ok ? 'check-ok' : 'check-bad'}`;
      said.textContent = `${ok ? '✓' : '✕'} ${sentence}`;
    } catch { /* the server checks again when the form is sent */ }
  });
}

// A secret number is posted, so that it stands in no address and in no log.
function posted(input, code) {
  const body = new URLSearchParams({ code, csrf_token: input.form?.elements.csrf_token?.value ?? '' });
  return fetch(input.dataset.check, { method: 'POST', body, headers: { Accept: 'application/json' } });
}

/* --- files ------------------------------------------------------------------------------------------------------- */

function files(box) {
  const input = box.querySelector('input[type=file]');
  const list = box.querySelector('[data-list]');
  const drop = box.querySelector('.drop');
  const button = document.createElement('label'); // the browser's own button speaks the browser's language
  button.className = 'btn drop-button';
  button.htmlFor = input.id;
  button.textContent = english() ? (input.multiple ? 'Choose files' : 'Choose a file') : '选择文件';
  input.before(button);
  input.classList.add('drop-named');
  const most = (Number(box.dataset.maxMb) || 0) * 1048576;
  input.addEventListener('change', () => {
    list.replaceChildren(...[...input.files].map((file) => row(file, most)));
  });
  drop.addEventListener('dragover', (event) => { event.preventDefault(); drop.classList.add('over'); });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    const given = new DataTransfer();
    for (const file of input.multiple ? [...input.files, ...event.dataTransfer.files] : [...event.dataTransfer.files].slice(0, 1)) given.items.add(file);
    input.files = given.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

function row(file, most) {
  const li = document.createElement('li');
  const text = document.createElement('span');
  const size = file.size < 1048576 ? `${Math.max(1, Math.round(file.size / 1024))} KB` : `${(file.size / 1048576).toFixed(1)} MB`;
  text.textContent = `${file.name} · ${size}`;
  if (most && file.size > most) {
    text.className = 'too-big';
    text.textContent += english() ? ' · too large, choose a smaller file' : ' · 超过上限，请换一个较小的文件';
  }
  li.append(text);
  if (file.type.startsWith('image/')) thumbnail(file).then((src) => {
    const img = document.createElement('img');
    img.src = src;
    img.alt = '';
    li.prepend(img);
  }).catch(() => { /* not an image after all: the name is enough */ });
  return li;
}

// Drawn small on the device: the policy of the page allows data: images, and 20 photos of a phone stay light.
async function thumbnail(file) {
  const bitmap = await createImageBitmap(file, { resizeHeight: 88 });
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.toDataURL('image/jpeg', 0.7);
}

/* --- filters ----------------------------------------------------------------------------------------------------- */

// Empty arguments are left out, so that the address of a filtered list is short and can be read aloud.
function filters(form) {
  const box = form.closest('[data-filters-box]');
  if (box && matchMedia('(max-width: 719px)').matches) box.open = false;
  form.addEventListener('submit', () => {
    for (const control of form.elements) if (control.name && !control.value) control.disabled = true;
  });
  form.addEventListener('change', (event) => { if (event.target.matches('select')) form.requestSubmit(); });
}
addEventListener('pageshow', () => document.querySelectorAll('[data-filters] :disabled').forEach((control) => { control.disabled = false; }));
