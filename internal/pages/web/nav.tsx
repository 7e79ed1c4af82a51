// The way between screens, who is signed in, and the way out.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Member } from './api';
import { Keys } from './keyhelp';
import { Icon, Link } from './parts';
import { useMedia } from './wide';
import { type Word, say } from './words';

type Place = readonly [address: string, word: Word];

/** Where everybody goes all day, and what those who manage open now and then. */
const daily: Place[] = [['/me', 'nav.me'], ['/callbacks', 'nav.callbacks']];
const manages: Place[] = [['/live', 'nav.live'], ['/team', 'nav.team'], ['/departments', 'nav.departments']];
const seldom: Place[] = [['/log', 'nav.log']];
const managesSeldom: Place[] = [['/test', 'nav.test'], ['/audit', 'nav.audit'], ['/assistant', 'nav.assistant']];

/** The screens of somebody, the most used first. */
function placesOf(me: Member): Place[] {
  const managing = me.role !== 'staff';
  return [...daily, ...(managing ? manages : []), ...seldom, ...(managing ? managesSeldom : []), ['/settings', 'nav.settings']];
}

interface NavProps { me: Member; path: string; leave: () => void }

export function Nav({ me, path, leave }: NavProps) {
  const to = placesOf(me);
  const wide = useMedia('(min-width: 80rem)'), narrow = useMedia('(max-width: 30rem)');
  const shown = wide ? to.length : narrow ? 3 : 5;
  const links = (places: Place[]) => places.map(([address, word]) => (
    <Link to={address} key={address} current={path === address ? 'page' : path.startsWith(`${address}/`) || undefined}>{say(word)}</Link>
  ));
  return (
    <nav aria-label={say('app')}>
      {links(to.slice(0, shown))}
      {to.length > shown && <More key={path}>{links(to.slice(shown))}</More>}
      <span class="who"><bdi>{me.firstName}</bdi></span>
      <Keys to={to} />
      <button class="quiet" onClick={leave}><Icon name="log-out" /><span>{say('me.signOut')}</span></button>
    </nav>
  );
}

/** What there is no room for. Esc and a click elsewhere close it; so does another screen, for which it is made anew. */
function More({ children }: { children: ComponentChildren }) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (e: Event) => {
      const d = details.current;
      if (!d?.open || e.type === 'click' && d.contains(e.target as Node) || e instanceof KeyboardEvent && e.key !== 'Escape') return;
      const within = d.contains(document.activeElement);
      d.open = false;
      if (within && e instanceof KeyboardEvent) d.querySelector('summary')?.focus();
    };
    document.addEventListener('click', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('click', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return <details class="more" ref={details}><summary>{say('nav.more')}</summary><div>{children}</div></details>;
}
