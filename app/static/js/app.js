/* What makes the pages quicker. Every page works without it; nothing here is the only way to do a thing.
   One part per concern; each part is called with the piece of page that is new (the document, or what htmx put in). */
import { keepDrafts } from './drafts.js';
import { fields } from './fields.js';
import { keys } from './keys.js';

const all = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];

/* --- menus and dialogs ------------------------------------------------------------------------------------------- */

function menus() {
  const shut = (except) => document.querySelectorAll('details[data-menu][open]').forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener('click', (event) => shut(event.target.closest('details[data-menu]')));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const menu = document.querySelector('details[data-menu][open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
  });
}

function dialogs(root) {
  for (const opener of all(root, '[data-dialog]')) {
    opener.addEventListener('click', (event) => {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      dialog.showModal();
    });
  }
  for (const button of all(root, '[data-close]')) button.addEventListener('click', () => button.closest('dialog')?.close());
  const help = all(root, '[data-keys]')[0];
  if (help) { help.hidden = false; help.addEventListener('click', () => document.getElementById('keys')?.showModal()); }
}

/* --- the second click -------------------------------------------------------------------------------------------- */

function once(root) {
  for (const form of all(root, 'form[data-once]')) {
    form.addEventListener('submit', (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = '1';
      // Disabled only after the browser has read the form, so that the button's own name is sent.
      setTimeout(() => { event.submitter?.classList.add('busy'); event.submitter?.setAttribute('aria-disabled', 'true'); });
    });
  }
}

// A page taken from the back-forward cache must be usable again.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    form.querySelectorAll('.busy').forEach((button) => { button.classList.remove('busy'); button.removeAttribute('aria-disabled'); });
  }
});

/* --- copy, print, theme ------------------------------------------------------------------------------------------ */

function copies(root) {
  if (!navigator.clipboard) return;
  for (const button of all(root, '[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const use = button.querySelector('use');
      const before = use.getAttribute('href');
      use.setAttribute('href', before.replace(/#.*/, '#check-lg'));
      say(document.documentElement.lang === 'en' ? 'Copied' : '已复制');
      setTimeout(() => use.setAttribute('href', before), 1500);
    });
  }
}

function prints(root) {
  for (const button of all(root, '[data-print]')) { button.hidden = false; button.addEventListener('click', () => print()); }
}

function themes(root) {
  const present = () => document.documentElement.dataset.theme ?? '';
  for (const box of all(root, '[data-theme-switch]')) {
    box.hidden = false;
    const buttons = [...box.querySelectorAll('[data-theme-set]')];
    const show = () => buttons.forEach((b) => b.setAttribute('aria-pressed', String(b.dataset.themeSet === present())));
    for (const button of buttons) {
      button.addEventListener('click', () => {
        const theme = button.dataset.themeSet;
        if (theme) document.documentElement.dataset.theme = theme; else delete document.documentElement.dataset.theme;
        document.cookie = `tq_theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
        show();
      });
    }
    show();
  }
}

/* --- what a screen reader hears ---------------------------------------------------------------------------------- */

const voice = document.createElement('div');
voice.className = 'sr-only';
voice.setAttribute('aria-live', 'polite');
document.body.append(voice);
export function say(text) { voice.textContent = ''; setTimeout(() => { voice.textContent = text; }, 50); }

/* --- unread notices ---------------------------------------------------------------------------------------------- */

function unread() {
  const link = document.querySelector('[data-unread-url]');
  if (!link) return;
  const badge = link.querySelector('[data-unread]');
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(link.dataset.unreadUrl, { headers: { Accept: 'application/json', 'X-Poll': '1' } });
      if (!answer.ok || answer.redirected) return;
      const { unread: n } = await answer.json();
      badge.textContent = n > 99 ? '99+' : String(n);
      badge.hidden = !n;
    } catch { /* no network: the next round asks again */ }
  };
  setInterval(ask, 60_000);
  document.addEventListener('visibilitychange', ask);
}

/* --- htmx: focus stays where the eye is, faults are said --------------------------------------------------------- */

function swaps() {
  document.addEventListener('htmx:configRequest', (event) => {
    const token = document.querySelector('meta[name=csrf-token]')?.content;
    if (event.detail.verb !== 'get') { if (token) event.detail.headers['X-CSRFToken'] = token; return; }
    // What is confidential stands in no address: a form that asks with GET leaves it out.
    for (const secret of document.querySelectorAll('[data-secret][name], [type=password][name]')) event.detail.formData.delete(secret.name);
    for (const name of ['csrf_token', 'form_token', '_keep']) event.detail.formData.delete(name);
  });
  document.addEventListener('htmx:afterSwap', (event) => start(event.detail.elt ?? event.detail.target));
  document.addEventListener('htmx:afterSettle', (event) => event.detail.elt?.querySelector?.('[data-focus]')?.focus());
  document.addEventListener('htmx:responseError', (event) => fault(event.detail.xhr));
  document.addEventListener('htmx:sendError', () => fault(null));
}

function fault(xhr) {
  const english = document.documentElement.lang === 'en';
  const sentence = xhr?.responseText && new DOMParser().parseFromString(xhr.responseText, 'text/html').querySelector('[data-sentence]')?.textContent;
  const text = sentence || (english ? 'No connection. Nothing was lost; try again.' : '暂时连不上服务器，已填内容都在，请稍后再试。');
  const note = document.createElement('div');
  note.className = 'note note-stop';
  note.setAttribute('role', 'alert');
  note.textContent = text.trim();
  if (xhr?.status === 401) {
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = english ? ' Sign in again' : ' 重新登录';
    note.append(link);
  }
  document.getElementById('flashes')?.replaceChildren(note);
}

/* --- begin ------------------------------------------------------------------------------------------------------- */

/* Rows that scroll sideways on a phone begin where the reader is, not at their left end. */
function sideways(root) {
  for (const row of all(root, '.tabs, .quick, .track')) {
    const here = row.querySelector('[aria-current]');
    if (!here || row.scrollWidth <= row.clientWidth) continue;
    const [box, place] = [row.getBoundingClientRect(), here.getBoundingClientRect()];
    row.scrollLeft += place.left + place.width / 2 - (box.left + box.width / 2);
  }
}

function start(root) {
  sideways(root); dialogs(root); once(root); copies(root); prints(root); themes(root); fields(root);
}

menus(); swaps(); unread(); keys(); start(document); keepDrafts(document);
document.querySelector('[data-focus]')?.focus();
