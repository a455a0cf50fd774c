"""The parts of a demonstration in their order. Each takes the story and adds to it."""

from collections.abc import Callable

from . import chats, people, prompts, reviews, usage
from .story import Story

STEPS: tuple[Callable[[Story], None], ...] = (people.fill, prompts.fill, chats.fill, reviews.fill, usage.fill)
