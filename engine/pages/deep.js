// The page as one tree: light DOM, open shadow roots and same-origin frames, seen from any of its frames.
const top_window = (() => {
  try {
    return window.top.document ? window.top : window;
  } catch {
    return window;
  }
})();

// What is asked of the page again within one look without a pause is answered from memory: nothing can have changed.
const asked_once = (() => {
  let known = null;
  return (question, of, answer) => {
    if (!known) {
      known = new Map();
      queueMicrotask(() => {
        known = null;
      });
    }
    let answers = known.get(question);
    if (!answers) known.set(question, (answers = new Map()));
    if (!answers.has(of)) answers.set(of, answer());
    return answers.get(of);
  };
})();

// The older markup's own name for texts that are only read out, which a page saved without its styles would show.
const READ_OUT = '.visually-hidden, .a11y-text';

const squeeze = (text) => (text || '').replace(/[\u200b\u2060\ufeff]/g, '').replace(/\s+/g, ' ').trim();

const deep = {
  frame_document(frame) {
    try {
      return frame.contentDocument;
    } catch {
      return null;
    }
  },

  inner_roots(root) {
    const found = [];
    const elements = root.querySelectorAll('*');
    // By number: asking a list of every element of the page for its next one costs three times as much.
    for (let i = 0; i < elements.length; i += 1) {
      const element = elements[i];
      const inner = element.shadowRoot || (element.localName === 'iframe' ? deep.frame_document(element) : null);
      if (inner) found.push({ host: element, root: inner });
    }
    return found;
  },

  // Every root below the top document with what holds it.
  all_roots: () =>
    asked_once('roots', top_window, () => {
      const found = deep.inner_roots(top_window.document);
      for (let i = 0; i < found.length; i += 1) found.push(...deep.inner_roots(found[i].root));
      return found;
    }),

  roots: (start = top_window.document) => asked_once('roots below', start, () => deep.find_roots(start)),
  find_roots(start) {
    const own = start.shadowRoot ? [start, start.shadowRoot] : [start];
    const is_below = (host) => start === top_window.document || deep.inside(host, start) || deep.holds_root(start, host);
    return [...own, ...deep.all_roots().filter(({ host, root }) => root !== start.shadowRoot && is_below(host)).map(({ root }) => root)];
  },

  // Whether a shadow root or a frame's document, being no element, has this element below it.
  holds_root(start, element) {
    for (let at = element; at && start.nodeType !== 1; at = deep.up(at)) if (at.getRootNode() === start) return true;
    return false;
  },

  all: (css, within = top_window.document) => [
    ...asked_once(css, within, () => deep.roots(within).flatMap((root) => [...root.querySelectorAll(css)])),
  ],

  up(element) {
    if (element.parentElement) return element.parentElement;
    const root = element.getRootNode();
    return root.host || (root.defaultView && root.defaultView !== top_window ? root.defaultView.frameElement : null);
  },

  *ancestors(element) {
    for (let at = deep.up(element); at; at = deep.up(at)) yield at;
  },

  inside(element, ancestor) {
    for (let at = element; at; at = deep.up(at)) if (at === ancestor) return true;
    return false;
  },

  inside_any(element, set) {
    for (let at = element; at; at = deep.up(at)) if (set.has(at)) return true;
    return false;
  },

  closest(element, css) {
    for (let at = element; at; at = deep.up(at)) if (at.matches(css)) return at;
    return null;
  },

  style: (element) => element.ownerDocument.defaultView.getComputedStyle(element),

  frame_of(element) {
    const view = element.ownerDocument.defaultView;
    return view && view !== top_window ? view.frameElement : null;
  },

  // Texts for screen readers only are a clipped square of one pixel: they have a box but are not seen.
  visible: (element) => asked_once('visible', element, () => deep.is_seen(element)),
  is_seen(element) {
    if (!element.isConnected || !element.ownerDocument.defaultView || element.closest(READ_OUT)) return false;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || box.right + element.ownerDocument.defaultView.scrollX <= 0) return false;
    const frame = deep.frame_of(element);
    return !frame || deep.visible(frame);
  },

  enabled: (element) =>
    !element.disabled && element.getAttribute('aria-disabled') !== 'true' && !element.closest('fieldset:disabled, [inert]'),

  at_point(root, x, y) {
    let hit = root.elementFromPoint(x, y);
    while (hit && hit.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  },

  // Whether a click on the middle of the element reaches the element, through every frame around it.
  hit(element) {
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hit = deep.at_point(element.ownerDocument, x, y);
    if (!hit || !deep.inside(hit, element)) return false;
    const frame = deep.frame_of(element);
    if (!frame) return true;
    const outer = frame.getBoundingClientRect();
    return deep.at_point(frame.ownerDocument, outer.left + frame.clientLeft + x, outer.top + frame.clientTop + y) === frame;
  },

  // What a person reads, with its line breaks; emoji may be images.
  rich: (element) => asked_once('rich', element, () => deep.read_rich(element)),
  read_rich(element) {
    const lines = [''];
    let is_open = false;
    const add = (text) => {
      lines[lines.length - 1] += text;
      is_open = is_open || text.trim() !== '';
    };
    const end = () => {
      if (is_open) lines.push('');
      else lines[lines.length - 1] = '';
      is_open = false;
    };
    const walk = (node) => {
      if (node.nodeType === 3) {
        const keeps = node.parentElement && /^(pre|break-spaces)/.test(deep.style(node.parentElement).whiteSpace);
        if (!keeps) return add(node.data.replace(/\s+/g, ' '));
        return node.data.split('\n').forEach((part, i) => {
          if (i) lines.push('');
          add(part);
        });
      }
      if (node.nodeType !== 1 || /^(script|style|noscript|template|svg)$/.test(node.localName) || node.matches(READ_OUT)) return undefined;
      if (node.localName === 'br') {
        lines.push('');
        is_open = false;
        return undefined;
      }
      if (node.localName === 'img') return add(node.alt && !/\p{L}/u.test(node.alt) ? node.alt : '');
      const style = deep.style(node);
      if (style.display === 'none' || style.visibility === 'hidden') return undefined;
      if (style.position === 'absolute' && deep.is_dot(node)) return undefined;
      const is_block = !/^(inline|contents|ruby)/.test(style.display);
      if (is_block) end();
      for (const child of (node.shadowRoot || node).childNodes) walk(child);
      if (is_block) end();
      return undefined;
    };
    for (const child of (element.shadowRoot || element).childNodes) walk(child);
    const text = lines.map((line) => line.replace(/[\u200b\u2060\ufeff]/g, '').replace(/\u00a0/g, ' ').trimEnd()).join('\n');
    return text.replace(/^\n+|\n+$/g, '').trim();
  },

  // Texts for screen readers alone are folded into a box of one pixel.
  is_dot(element) {
    const box = element.getBoundingClientRect();
    return box.width <= 1 && box.height <= 1;
  },

  text: (element) => (element ? squeeze(deep.rich(element)) : ''),

  // Every name a control is known by; a contract asks of each of them that it is an expected one.
  names: (element) => [...asked_once('names', element, () => deep.read_names(element))],
  read_names(element) {
    const by_id = (element.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean);
    const named = by_id.map((id) => deep.text(element.getRootNode().getElementById(id)));
    const drawn = [...element.querySelectorAll('svg[aria-label], img[alt]')].map((image) => image.getAttribute('aria-label') || image.alt);
    const value = element.localName === 'input' ? element.value : '';
    const given = [element.getAttribute('aria-label'), ...named, ...drawn, deep.text(element), value, element.getAttribute('title')];
    return [...new Set(given.map(squeeze).filter(Boolean))];
  },

  is_button: (element) =>
    element.localName === 'button' || element.getAttribute('role') === 'button' || element.matches('input[type=submit], input[type=button]'),
  is_link: (element) => element.localName === 'a' && element.hasAttribute('href'),

  // The body's overflow is the window's, unless the root element has one of its own.
  is_window(element) {
    const root = element.ownerDocument.documentElement;
    return element === root || (element === element.ownerDocument.body && deep.style(root).overflowY === 'visible');
  },

  scroller(element) {
    for (const at of deep.ancestors(element)) {
      if (deep.is_window(at)) break;
      if (/(auto|scroll|overlay)/.test(deep.style(at).overflowY) && at.scrollHeight > at.clientHeight + 1) return at;
    }
    return element.ownerDocument.scrollingElement || element.ownerDocument.documentElement;
  },

  // An element of another frame cannot be handed over: the caller enters that frame first and reads again.
  hand_over: (element) => (element && element.ownerDocument === document ? element : null),
  hand_over_frame(element) {
    const frame = element && element.ownerDocument !== document ? deep.frame_of(element) : null;
    return frame && frame.ownerDocument === document ? frame : null;
  },
};

const outermost = (elements) => elements.filter((element) => !elements.some((other) => other !== element && other.contains(element)));

const address_of = (options) => options.address || top_window.location.href;

// Whether the page stands at such an address; one whose address is not known was recognised by what it holds.
const stands_at = (pattern, options) => options.is_address_known === false || pattern.test(new URL(address_of(options)).pathname);

const resolve = (element, options) => {
  try {
    return new URL(element.getAttribute('href'), address_of(options));
  } catch {
    return null;
  }
};

// "ACoA…" or a vanity name, from /in/<name>/…; null for every other address.
const person_in = (url) => {
  const found = url && /^\/in\/([^/]+)/.exec(url.pathname);
  if (!found) return null;
  try {
    return decodeURIComponent(found[1]);
  } catch {
    return found[1];
  }
};

const is_member_id = (text) => /^ACoA[\w-]+$/.test(text || '');

// The member a messaging address writes to; null when its parameters do not agree.
const recipient_in = (url) => {
  if (!url || !/^\/messaging\//.test(url.pathname)) return null;
  const said = ['recipient', 'recipients', 'profileUrn'].flatMap((name) => url.searchParams.getAll(name));
  const ids = new Set(said.flatMap((value) => value.match(/ACoA[\w-]+/g) || []));
  return ids.size === 1 ? [...ids][0] : null;
};

// Resolves at the next change anywhere on the page, at the latest after so many milliseconds.
const change = (ms) =>
  new Promise((done) => {
    const observer = new MutationObserver(() => finish());
    const timer = setTimeout(() => finish(), ms);
    const finish = () => {
      observer.disconnect();
      clearTimeout(timer);
      setTimeout(done, 20);
    };
    for (const root of deep.roots()) {
      observer.observe(root, { childList: true, subtree: true, attributes: true, characterData: true });
    }
  });

const until = async (is_so, ms) => {
  const end = performance.now() + ms;
  for (;;) {
    if (is_so()) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    await change(Math.min(left, 100));
  }
};

const BUSY =
  '[role=progressbar], [aria-busy=true], [data-testid*=loader], [data-testid*=spinner], [data-testid*=skeleton], ' +
  '[class*=spinner], [class*=skeleton], [class*=loader], [class*=loading]';
const is_busy = (within) => deep.all(BUSY, within).some(deep.visible);
