// Changes the page as its plan says, after the page's own scripts have learned their nodes, and whatever comes later.
'use strict';

(() => {
  const { plan, seed } = document.currentScript.dataset;
  const kinds = new Set(plan.split(','));
  const page = document.documentElement;
  const attach = Element.prototype.attachShadow;
  document.currentScript.remove();
  // Nobody sees, or clicks, a page that is not changed yet.
  page.style.visibility = 'hidden';

  // The same number for the same seed and text, whatever came before.
  function number(text) {
    let hash = 2166136261;
    for (const character of `${seed} ${text}`) hash = Math.imul(hash ^ character.codePointAt(0), 16777619);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  const isIn = (node, box) => Boolean(node.closest(box));
  const all = (root, css) => [...root.querySelectorAll(css)].filter((node) => !isIn(node, '[contenteditable]'));
  const whole = (root, css) => [...root.querySelectorAll(css)];
  const seen = new Map();

  // A kind of change happens once to a node.
  function fresh(kind, nodes) {
    if (!seen.has(kind)) seen.set(kind, new WeakSet());
    const known = seen.get(kind);
    return nodes.filter((node) => !known.has(node) && known.add(node));
  }

  const actors = (root, kind) => fresh(kind, whole(root, 'button').filter((node) => node.sandboxAct));
  // Where there is no button to send with, the box acts.
  const boxes = (root, kind) => fresh(`${kind} of a box`, whole(root, '[role=textbox]').filter((node) => node.sandboxAct));
  const words = (() => {
    const isFrench = page.lang === 'fr';
    return { report: isFrench ? 'Signaler' : 'Report', delete: isFrench ? 'Supprimer' : 'Delete', send: isFrench ? 'Envoyer' : 'Send' };
  })();

  function relabel(node, label) {
    if (node.hasAttribute('aria-label')) node.setAttribute('aria-label', label);
    const texts = textsIn(node);
    texts.forEach((text, place) => { text.data = place ? '' : label; });
  }

  function textsIn(node) {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
    return texts;
  }

  // A copy has no behaviour but to tell that it was clicked; it is as enabled as the node it copies.
  function copyOf(node, harm) {
    const copy = node.cloneNode(true);
    copy.sandboxHarm = harm;
    if (node.nodeName === 'BUTTON') {
      const follow = new MutationObserver(() => { copy.disabled = node.disabled; });
      follow.observe(node, { attributeFilter: ['disabled'] });
    }
    return copy;
  }

  const HIDDEN = ['display:none', 'visibility:hidden', 'position:absolute;left:-9999px', 'width:0;height:0;padding:0;border:0;overflow:hidden;opacity:0'];
  const HOOKS = ['class', 'componentkey', 'id', 'data-view-name', 'data-testid'];
  const CONTROLS = 'button, [role=button], [role=menuitem], [role=menuitem] [aria-label], [role=textbox], textarea, input, a[aria-label], a:has(svg)';
  const controls = (root, kind) => fresh(kind, whole(root, CONTROLS).filter((node) => !/\/in\/[^/]+\/?$/.test(node.href ?? '')));
  // Where Enter sends, these words are all that says so.
  const hints = (root, kind) => fresh(`${kind} of a hint`, whole(root, '.msg-form__hint-text').flatMap(textsIn));
  const drop = (attribute) => (root) => {
    for (const node of root.querySelectorAll(`[${attribute}]`)) node.removeAttribute(attribute);
  };

  // A button to send with, where none belongs: the Enter key is not the only way any more, or it is as before.
  function addButton(box, harm, style = '') {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words.send;
    button.setAttribute('style', style);
    button.sandboxHarm = harm;
    box.closest('form')?.querySelector('footer')?.append(button);
    return button;
  }

  const changes = {
    'hidden-twin': (root) => {
      actors(root, 'hidden-twin').forEach((node) => {
        const twin = copyOf(node, 'invisible twin');
        twin.disabled = false;
        twin.setAttribute('style', HIDDEN[number('twin') % HIDDEN.length]);
        node.before(twin);
      });
      boxes(root, 'hidden-twin').forEach((box) => addButton(box, 'invisible twin', HIDDEN[number('twin') % HIDDEN.length]));
    },
    'visible-twin': (root) => {
      actors(root, 'visible-twin').forEach((node) => node.before(copyOf(node, 'visible twin')));
      boxes(root, 'visible-twin').forEach((box) => addButton(box, 'visible twin'));
    },
    lookalike: (root) => {
      actors(root, 'lookalike').forEach((node) => {
        const twin = node.cloneNode(true);
        twin.disabled = true;
        twin.sandboxHarm = 'look-alike';
        if (number('side') % 2) node.before(twin);
        else node.after(twin);
      });
      boxes(root, 'lookalike').forEach((box) => { addButton(box, 'look-alike').disabled = true; });
    },
    'swap-place': (root) => actors(root, 'swap-place').forEach((node) => {
      const other = copyOf(node, 'report');
      for (const hook of HOOKS) other.removeAttribute(hook);
      other.type = 'button';
      relabel(other, words.report);
      node.before(other);
      node.parentElement.append(node);
    }),
    'swap-hooks': (root) => actors(root, 'swap-hooks').forEach((node) => {
      const other = copyOf(node, 'report');
      relabel(other, words.report);
      for (const hook of HOOKS) node.removeAttribute(hook);
      node.type = 'button';
      node.before(other);
    }),
    delete: (root) => become(root, 'delete'),
    report: (root) => become(root, 'report'),
    cover: (root) => [...actors(root, 'cover'), ...boxes(root, 'cover')].forEach((node) => {
      const place = document.createElement('span');
      place.style.cssText = `position:relative;display:${node.sandboxAct && node.localName === 'button' ? 'inline-block' : 'block'}`;
      const cover = document.createElement('span');
      cover.style.cssText = 'position:absolute;inset:0;z-index:99';
      cover.sandboxHarm = 'cover';
      node.replaceWith(place);
      place.append(node, cover);
    }),
    'second-composer': (root) => [...actors(root, 'second-composer'), ...boxes(root, 'second-composer')].filter((node) => node.sandboxAct === 'send').forEach(addComposer),
    'swap-icons': (root) => fresh('swap-icons', whole(root, 'svg[id], svg[data-test-icon]')).forEach((icon) => {
      const attribute = icon.id ? 'id' : 'data-test-icon';
      const [name, size] = icon.getAttribute(attribute).split(/-(?=[^-]*$)/);
      const other = { 'send-privately': 'overflow-web-ios', 'overflow-web-ios': 'send-privately', connect: 'add', add: 'connect' }[name];
      if (other) icon.setAttribute(attribute, `${other}-${size}`);
    }),
    wrap: (root) => fresh('wrap', all(root, 'button, a[href], [role=textbox], textarea, h2, p')).forEach((node) => {
      if (!node.parentElement || number(`wrap ${node.textContent}`) % 3 || isIn(node.parentElement, 'svg, li[role]')) return;
      for (let depth = number(node.nodeName) % 3; depth >= 0; depth -= 1) {
        const box = document.createElement('div');
        box.style.display = 'contents';
        node.replaceWith(box);
        box.append(node);
      }
    }),
    reorder: (root) => fresh('reorder', all(root, 'div, footer, header, section, nav')).forEach((node) => {
      if (canTurn(node) && number(`turn ${depthOf(node)} ${node.textContent.trim().slice(0, 40)}`) % 2) node.append(...[...node.children].reverse());
    }),
    translate: (root) => {
      for (const node of controls(root, 'translate')) {
        for (const name of ['aria-label', 'placeholder', 'title']) {
          if (node.hasAttribute(name)) node.setAttribute(name, foreign(node.getAttribute(name)));
        }
        if (!node.isContentEditable) fresh('translated', textsIn(node)).forEach((text) => { text.data = foreign(text.data); });
      }
      for (const text of hints(root, 'translate')) text.data = foreign(text.data);
    },
    empty: (root) => {
      for (const node of controls(root, 'empty')) {
        for (const name of ['aria-label', 'placeholder', 'title']) node.removeAttribute(name);
        if (!node.isContentEditable) textsIn(node).forEach((text) => { text.data = ''; });
        node.style.minWidth = node.style.minHeight = '24px';
      }
      for (const text of hints(root, 'empty')) text.data = '';
    },
    'drop-testid': drop('data-testid'),
    'drop-key': drop('componentkey'),
    'drop-view': drop('data-view-name'),
    'drop-screen': drop('data-sdui-screen'),
    'drop-icons': (root) => whole(root, 'svg[id], svg[data-test-icon]').forEach((icon) => {
      icon.removeAttribute('id');
      icon.removeAttribute('data-test-icon');
    }),
    classes: (root) => {
      for (const node of fresh('classes', whole(root, '[class]'))) {
        node.setAttribute('class', node.getAttribute('class').split(/\s+/).filter(Boolean).map(renamed).join(' '));
      }
      for (const sheet of fresh('sheets', [...root.styleSheets])) rewrite(sheet.cssRules);
    },
  };

  function become(root, harm) {
    for (const node of actors(root, harm)) {
      const other = copyOf(node, harm);
      relabel(other, words[harm]);
      node.replaceWith(other);
    }
  }

  // A copy of the composer that writes to somebody else, in front of the real one.
  function addComposer(send) {
    const real = send.closest('[role=dialog], .msg-thread');
    if (!real || real.querySelector('textarea')) return;
    const other = real.cloneNode(true);
    for (const link of other.querySelectorAll('a[href^="/in/"]')) {
      link.setAttribute('href', '/in/ACoAAunrelated0000000000000000000000000/');
      link.textContent = 'Ottokar Unverwandt';
    }
    for (const button of other.querySelectorAll('button')) {
      button.disabled = false;
      button.sandboxHarm = 'unrelated composer';
    }
    for (const box of other.querySelectorAll('[role=textbox]')) {
      box.innerHTML = '<p>…</p>';
      box.addEventListener('keydown', (event) => { if (event.key === 'Enter') tellHarm(Object.assign(box, { sandboxHarm: 'Enter elsewhere' })); });
    }
    if (number('closes') % 2) letClose(other);
    other.style.right = '448px';
    real.before(other);
    const { frameElement } = real.ownerDocument.defaultView;
    if (frameElement) frameElement.style.width = '880px';
  }

  // Half of the time it can be closed by a control that says whose it is; the other control names somebody else.
  function letClose(other) {
    for (const button of other.querySelectorAll('header button')) {
      button.sandboxHarm = undefined;
      const texts = textsIn(button);
      if (texts.length) texts[0].data = texts[0].data.replace(/(with|avec) .*/, '$1 Ottokar Unverwandt');
      button.addEventListener('click', () => other.remove());
    }
  }

  // Blocks of controls may change places; lines of text, entries of a list and what holds a frame may not.
  function canTurn(node) {
    const children = [...node.children];
    const isBlock = (child) => child.matches('button, section, form, nav') || child.querySelector('button, section, form, nav, [role=textbox]');
    return children.length > 1 && children.length < 7 && children.every(isBlock)
      && !isIn(node, '[role=list], ul, ol, dialog, [popover]') && !node.querySelector('iframe');
  }

  const depthOf = (node) => (node ? 1 + depthOf(node.parentElement) : 0);
  const renamed = (name) => `_${number(`class ${name}`).toString(36)}`;
  const foreign = (text) => text.replace(/[a-zà-ÿ]/gi, (letter) => 'žąčęėįšųūbdgklmnprtvz'[letter.toLowerCase().charCodeAt(0) % 21]);

  function rewrite(rules) {
    for (const rule of rules) {
      if (rule.selectorText) rule.selectorText = rule.selectorText.replace(/\.(-?[_a-zA-Z][\w-]*)/g, (_, name) => `.${renamed(name)}`);
    }
  }

  // Deeds first, then places, labels and hooks: each may need what the next one takes away.
  function change(root) {
    for (const [kind, apply] of Object.entries(changes)) if (kinds.has(kind)) apply(root);
  }

  function watch(root) {
    const observer = new MutationObserver(() => {
      change(root);
      observer.takeRecords();
    });
    observer.observe(root, { childList: true, subtree: true });
    change(root);
    observer.takeRecords();
  }

  Element.prototype.attachShadow = function attachAndWatch(options) {
    const root = attach.call(this, options);
    watch(root);
    return root;
  };
  document.addEventListener('load', (event) => {
    if (event.target.contentDocument) watch(event.target.contentDocument);
  }, true);
  document.addEventListener('DOMContentLoaded', () => {
    watch(document);
    page.removeAttribute('style');
  });
})();
