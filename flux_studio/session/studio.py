"""Studio: the only place where the state of the window changes.

Panels ask by calling a method; each change makes one new frozen `StudioState` and emits `changed`
once. Facts that come back go through `FactDesk`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.core.card import KnobValue, ModelCard
from flux_studio.core.draft import Draft, SeedMode, check
from flux_studio.core.generation import Generation
from flux_studio.core.job import Board
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Problem
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from flux_studio.core.request import Order, Request
from flux_studio.core.size import Size
from flux_studio.engine.thread import EngineThread
from flux_studio.session import composing
from flux_studio.session.batch_desk import BatchDesk
from flux_studio.session.carried_desk import CarriedDesk
from flux_studio.session.composing import Recall
from flux_studio.session.fact_desk import FactDesk
from flux_studio.session.job_desk import JobDesk
from flux_studio.session.key_desk import KeyDesk
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.session.pay_desk import PayDesk
from flux_studio.session.pin_desk import PinDesk
from flux_studio.session.preview_desk import PreviewDesk
from flux_studio.session.project_desk import ProjectDesk
from flux_studio.session.prompt_desk import PromptDesk
from flux_studio.session.queue_desk import QueueDesk
from flux_studio.session.reference_desk import ReferenceDesk
from flux_studio.session.remake_desk import RemakeDesk
from flux_studio.session.rescue_desk import RescueDesk
from flux_studio.session.size_desk import SizeDesk
from flux_studio.session.slot_desk import SlotDesk
from flux_studio.session.spell_desk import SpellDesk
from flux_studio.session.spelling_desk import SpellingDesk
from flux_studio.session.state import Notice, Preferences, StudioState, Tone, with_quote
from flux_studio.session.undo_desk import UndoDesk

SAVE_AFTER_MS = 400  # a draft is written this long after the last change
# Of the state: what the check is made from, and whether it can be sent.
_CHECKED = ("draft", "card", "keys", "quote", "lists", "coming")


class Studio(QObject):
    """The state of the window and everything that may change it.

    Signals: `changed(StudioState)` after each change; `attention(Control)` when Generate was
    pressed and something is missing, naming the control to look at; `placed(tuple of job ids)`
    after an order went to the engine; `acted(Notice)` when its action was taken.
    """

    changed = Signal(object)
    attention = Signal(object)
    placed = Signal(object)
    acted = Signal(object)

    def __init__(
        self,
        cards: Sequence[ModelCard],
        draft: Draft,
        preferences: Preferences,
        engine: EngineThread,
        library: LibraryDesk,
        references: ReferenceDesk,
        keys: KeyDesk,
        save_draft: Callable[[Draft], None],
        save_preferences: Callable[[Preferences], None],
    ) -> None:
        super().__init__()
        self.library = library
        self.references = references
        self.keys = keys
        self._engine = engine
        self._save_draft = save_draft
        self._save_preferences = save_preferences
        self._notices, self._standing = 0, tuple[Problem, ...]()
        self._cards = {card.id: card for card in cards}
        card = self._cards.get((draft.provider, draft.model), cards[0])
        self.state = self._with_draft(
            StudioState(
                draft=draft,
                card=card,
                cards=tuple(cards),
                check=check(draft, card, composing.no_seed),
                blocker=None,
                board=Board(),
                preferences=preferences,
            ),
            composing.with_card(draft, card),
        )
        self.undo = UndoDesk(self)  # hears of each change first, so it hears all in order
        self.jobs = JobDesk(self, engine)
        self.previews = PreviewDesk(engine.happened, self)
        self.payment = PayDesk(self, engine)
        self.queue = QueueDesk(self, engine)
        self.projects = ProjectDesk(self)
        self.rescue = RescueDesk(self, engine)
        self.batch = BatchDesk(self, engine)
        self.prompts = PromptDesk(self, engine)
        self.words = SpellingDesk(self)
        self.remakes = RemakeDesk(self)
        self.slots = SlotDesk(self)
        self.pins = PinDesk(self)
        self.sizes = SizeDesk(self)
        self.spelling = SpellDesk(engine, self)
        self._saving = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._saving.timeout.connect(self._on_saving_timeout)
        self.carried = CarriedDesk(self)
        self.facts = FactDesk(self, engine)

    # The form

    def choose_model(self, provider: str, model: str) -> None:
        """Another model; what was typed stays."""
        card = self._cards.get((provider, model))
        if card is not None:
            self._set(card=card, draft=composing.with_card(self.state.draft, card))
            self.refresh_expected()

    def set_prompt(self, text: str) -> None:
        self._edit(prompt=text)

    def set_style(self, style: Style | None) -> None:
        """Put a style around the prompt, or take it away."""
        self._edit(style=style)

    def set_expansion(self, mode: ExpansionMode) -> None:
        self._edit(expansion=mode)

    def draw_again(self) -> None:
        """Other random draws than the ones that are shown."""
        self._edit(draw=composing.random_seed())

    def set_size(self, size: Size) -> None:
        """Width × height in px, valid or not: an invalid size is a problem with the nearest valid
        one on offer.
        """
        self._edit(size=size)

    def set_seed_mode(self, mode: SeedMode) -> None:
        self._edit(seed_mode=mode)

    def set_seed(self, seed: int) -> None:
        self._edit(seed=seed)

    def set_safety(self, safety: int) -> None:
        self._edit(safety=safety)

    def set_checker(self, on: bool) -> None:
        self._edit(checker=on)

    def set_format(self, output_format: str) -> None:
        self._edit(output_format=output_format)

    def set_count(self, count: int) -> None:
        self._edit(count=count)

    def set_knob(self, name: str, value: KnobValue) -> None:
        self._set(draft=composing.with_knob(self.state.draft, name, value))

    def remove_reference(self, index: int) -> None:
        self._set(draft=composing.without_reference(self.state.draft, index))

    def move_reference(self, old: int, new: int) -> None:
        self._set(draft=composing.with_reference_moved(self.state.draft, old, new))

    def match_source(self) -> None:
        """The size of the first reference, held inside the model's limits."""
        if self.state.draft.references:
            source = self.state.draft.references[0].size
            self._set(draft=composing.with_size_of(self.state.draft, self.state.card, source))

    def dismiss_reference_problems(self) -> None:
        self._set(reference_problems=())

    # Pictures into the form

    def use_as_reference(self, generation: Generation) -> None:
        """Put a picture of ours into the next reference slot."""
        self.references.take_generation(generation)

    def recall(self, generation: Generation, what: Recall = Recall.ALL) -> None:
        """Bring a picture's settings, or a part of them, back into the form."""
        draft = composing.recalled(self.state.draft, generation, what)
        card = self._cards.get((draft.provider, draft.model))
        if card is None:
            draft, card = composing.with_card(draft, self.state.card), self.state.card
            text = QT_TRANSLATE_NOOP(
                "Notice", "Its model is not offered here any more, so the chosen one stays."
            )
            self.say(Tone.INFO, text)
        self._set(card=card, draft=draft)

    # Jobs

    def generate(self, front: bool = False) -> None:
        """Send what the form says. When something stands in the way, `attention` names the
        control.
        """
        if self.state.blocker is not None:
            self.attention.emit(self.state.blocker.control)
        elif self.state.editing:
            self.queue.update()
        else:
            self.order(self.state.draft, self.state.card, front)

    # The rest

    def set_preferences(self, preferences: Preferences) -> None:
        self._set(preferences=preferences)
        self._save_preferences(preferences)

    def say(
        self,
        tone: Tone,
        text: str,
        values: tuple[tuple[str, str], ...] = (),
        action: str = "",
        about: object = None,
    ) -> None:
        """Show one sentence. `text` is an English template marked for translation in context
        "Notice", and so is `action`, the word on its button; `acted` tells when it was pressed.
        """
        self._notices += 1
        self._set(notice=Notice(self._notices, tone, text, values, action, about))

    def learn(self, **facts: Any) -> None:
        """What the desks found out, as fields of the state."""
        self._set(**facts)

    def take_cards(self, cards: Sequence[ModelCard]) -> None:
        """The same cards with other prices."""
        self._cards = {card.id: card for card in cards}
        card = self._cards.get(self.state.card.id, self.state.card)
        self._set(cards=tuple(cards), card=card)

    def block(self, problem: Problem) -> None:
        """Nothing can be sent in this run, for this reason; pictures can be looked at."""
        self._standing = (problem,)
        self._set(blocker=problem)

    def start(self) -> None:
        """Ask for what the first paint did not need: key status, totals, usual times."""
        self.keys.look()
        self.projects.look()
        self.refresh_totals()
        self.refresh_expected()
        self.rescue.refresh()

    def refresh_totals(self) -> None:
        self.library.ask_totals(lambda totals: self._set(totals=totals))

    def refresh_expected(self) -> None:
        self.library.ask_expected(self.state.card, lambda seconds: self._set(expected=seconds))

    def save_now(self) -> None:
        """Write the draft at once: the window is closing."""
        self._saving.stop()
        self._save_draft(self.state.draft)

    @Slot(int)
    def wait_for(self, step: int) -> None:
        """Something is on its way into the form, +1, or came, -1: nothing is sent without it."""
        self._set(coming=self.state.coming + step)

    @Slot()
    def _on_saving_timeout(self) -> None:
        draft = self.state.draft
        self.library.background.run(lambda: self._save_draft(draft))

    def card_of(self, request: Request) -> ModelCard | None:
        """The card a request was made for; None where the model is not offered any more."""
        return self._cards.get((request.provider, request.model))

    # The one way to a new state

    def _edit(self, **fields: Any) -> None:
        self._set(draft=replace(self.state.draft, **fields))

    def _set(self, **fields: Any) -> None:
        old = self.state
        state = replace(old, **fields)
        if any(getattr(state, name) != getattr(old, name) for name in _CHECKED):
            state = self._with_draft(state, state.draft)
        if state.asked is not None and (state.coming or state.asked.form != state.draft):
            state = replace(state, asked=None)  # it was about another form
        if state == old:
            return
        self.state = state
        if state.draft != old.draft:
            self._saving.start()
        self.changed.emit(state)

    def _with_draft(self, state: StudioState, draft: Draft) -> StudioState:
        checked = with_quote(
            check(draft, state.card, composing.no_seed, lists=state.lists), state.quote
        )
        key = composing.key_problem(state.card, state.keys)
        waiting = (composing.ON_ITS_WAY,) if state.coming else ()
        problems = (*self._standing, *checked.problems, *waiting)
        blocker = problems[0] if problems else key
        return replace(state, draft=draft, check=checked, blocker=blocker)

    def order(self, draft: Draft, card: ModelCard, front: bool = False) -> None:
        """Order a draft, the form's or another; first it is asked about where that is wanted."""
        order = self.order_of(draft, card)
        if order is not None and not self.payment.hesitates(order, draft, front):
            self.place(order, draft, front)

    def order_of(self, draft: Draft, card: ModelCard) -> Order | None:
        """What a draft asks for; None when it cannot be sent, and then `attention` says where."""
        found = check(draft, card, composing.random_seed, lists=self.state.lists)
        checked = with_quote(found, self.state.quote)
        if checked.order is None:
            self.attention.emit(checked.problems[0].control)
        return checked.order

    def put_draft(self, draft: Draft, **facts: Any) -> None:
        """Another form as a whole, with facts that change at the same moment; a model that is not
        offered any more stays as it is.
        """
        card = self._cards.get((draft.provider, draft.model), self.state.card)
        self._set(card=card, draft=composing.with_card(draft, card), **facts)
        self.refresh_expected()

    def place(self, order: Order, draft: Draft, front: bool) -> None:
        """Send an order that was made from `draft` without another question."""
        jobs = self._engine.place(order, front)
        if draft == self.state.draft:
            with self.undo.unseen():
                self._set(draft=composing.after_sending(draft, order.requests))
        self.placed.emit(tuple(jobs))
