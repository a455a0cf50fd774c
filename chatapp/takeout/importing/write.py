"""Chats → rows, hidden until all of them are there.

A hidden conversation is deleted at a moment that never comes, and temporary: no list, search or page shows it,
nobody can restore or erase it, and should everything fail, the ordinary clearing of temporary chats erases it.
`Incoming` remembers which rows are whose.
"""

import datetime
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError
from django.utils import timezone

from chatapp.conversations.listing.shelves import NOT_YET
from chatapp.conversations.models import Conversation, Folder, Message, Reply, Summary, Tag
from chatapp.conversations.turn import my_turn

from ..models import Import, Incoming
from . import rows
from .chat import Chat, Shelf
from .here import with_free_keys

HIDDEN_FOR = datetime.timedelta(days=2)  # far longer than any import takes


class Writer:
    """Writes for one job; remembers the folders and tags it has found or made."""

    def __init__(self, job: Import, hold: Callable[[], None]):
        """`hold` is called first in every transaction; it raises if another process has the job now."""
        self._job, self._hold = job, hold
        self._folders: dict[UUID, int] = {}
        self._tags: dict[str, int] = {}

    def write(self, chats: Sequence[Chat]) -> None:
        """One short transaction: the rows of these chats, hidden, and their places in folders and under tags."""
        # Looked for before it, because others wait meanwhile; should a key be taken just then, once more.
        renewed = with_free_keys(self._job.owner_id, chats)
        try:
            self._write(chats, renewed)
        except IntegrityError:
            self._job.refresh_from_db(fields=["made"])  # what was made just now was not
            renewed |= with_free_keys(self._job.owner_id, chats)
            self._write(chats, renewed)

    def _write(self, chats: Sequence[Chat], renewed: dict[UUID, UUID]) -> None:
        sources = self._sources(chats, renewed)
        with my_turn():
            self._hold()
            self._look_again()
            conversations = self._conversations(chats)
            messages, replies, summaries = _inner(chats, conversations, renewed, sources)
            # The references between them are looked at when the transaction ends.
            rows.insert(Conversation, conversations)
            rows.insert(Message, messages)
            rows.insert(Reply, replies)
            rows.insert(Summary, summaries)
            self._tag(chats, conversations)
            Incoming.objects.bulk_create([Incoming(job=self._job, conversation_id=c.pk) for c in conversations])
            Import.objects.filter(pk=self._job.pk).update(made=self._job.made)

    def _look_again(self) -> None:
        """Folders and tags may have been removed since the last time."""
        if self._folders:
            there = set(Folder.objects.filter(pk__in=self._folders.values()).values_list("pk", flat=True))
            self._folders = {key: pk for key, pk in self._folders.items() if pk in there}
        if self._tags:
            there = set(Tag.objects.filter(pk__in=self._tags.values()).values_list("pk", flat=True))
            self._tags = {name: pk for name, pk in self._tags.items() if pk in there}

    def _conversations(self, chats: Sequence[Chat]) -> list[Conversation]:
        now = timezone.now()
        return [
            Conversation(
                pk=pk,
                key=chat.key,
                owner_id=self._job.owner_id,
                title=chat.title,
                title_by=chat.title_by,
                settings=chat.settings,
                folder_id=self._folder(chat.folder) if chat.folder else None,
                created=chat.created,
                updated=chat.updated,
                answered_at=chat.answered_at,
                read_at=chat.read_at,
                pinned_at=chat.pinned_at,
                archived_at=chat.archived_at,
                origin=chat.origin,
                deleted_at=NOT_YET,
                expires_at=now + HIDDEN_FOR,
            )
            for chat, pk in zip(chats, rows.reserve(Conversation, len(chats)), strict=True)
        ]

    def _sources(self, chats: Sequence[Chat], renewed: dict[UUID, UUID]) -> dict[UUID, int]:
        """Key → id of the messages here that others in these chats are copies of; the owner's only."""
        wanted = {said.copy_of for chat in chats for said in chat.messages if said.copy_of}
        # A chat of the same file whose keys were taken has got new ones in an earlier batch.
        names = {name: key for key in wanted for name in (uuid5(key, str(self._job.owner_id)), key)}
        mine = Message.objects.filter(key__in=list(names), conversation__owner_id=self._job.owner_id)
        return {names[key]: pk for key, pk in mine.values_list("key", "pk")} if names else {}

    def _folder(self, shelf: Shelf) -> int:
        """The owner's folder of this key or name, made if there is none."""
        if shelf.key not in self._folders:
            mine = Folder.objects.filter(owner_id=self._job.owner_id)
            # If the key was another member's, an earlier import made the second; it may have been renamed since.
            keys = [shelf.key, uuid5(shelf.key, str(self._job.owner_id))]
            folder = mine.filter(key__in=keys).first() or mine.filter(name__iexact=shelf.name).first()
            if folder is None:
                taken = set(Folder.objects.filter(key__in=keys).values_list("key", flat=True))
                folder = Folder(
                    key=next((key for key in keys if key not in taken), uuid4()),
                    owner_id=self._job.owner_id,
                    name=shelf.name,
                    settings=shelf.settings,
                    created=shelf.created,
                )
                folder.pk = rows.reserve(Folder, 1)[0]
                rows.insert(Folder, [folder])
                self._job.made.setdefault("folders", []).append(folder.pk)
            self._folders[shelf.key] = folder.pk
        return self._folders[shelf.key]

    def _tag(self, chats: Sequence[Chat], conversations: Sequence[Conversation]) -> None:
        through = Conversation.tags.through
        links = [
            through(conversation_id=conversation.pk, tag_id=pk)
            for chat, conversation in zip(chats, conversations, strict=True)
            for pk in {self._tag_id(name) for name in chat.tags}
        ]
        through.objects.bulk_create(links)

    def _tag_id(self, name: str) -> int:
        folded = name.casefold()
        if folded not in self._tags:
            tag = Tag.objects.filter(owner_id=self._job.owner_id, name__iexact=name).first()
            if tag is None:
                tag = Tag.objects.create(owner_id=self._job.owner_id, name=name)
                self._job.made.setdefault("tags", []).append(tag.pk)
            self._tags[folded] = tag.pk
        return self._tags[folded]


def _inner(
    chats: Sequence[Chat],
    conversations: Sequence[Conversation],
    renewed: dict[UUID, UUID],
    sources: dict[UUID, int],
) -> tuple[list[Message], list[Reply], list[Summary]]:
    """The rows in these conversations; gives the conversations their `leaf` as well."""
    messages: list[Message] = []
    replies: list[Reply] = []
    summaries: list[Summary] = []
    free = iter(rows.reserve(Message, sum(len(chat.messages) for chat in chats)))
    for chat, conversation in zip(chats, conversations, strict=True):
        mine: list[Message] = []
        for said in chat.messages:
            message = Message(
                pk=next(free),
                key=said.key,
                conversation_id=conversation.pk,
                parent_id=None if said.parent is None else mine[said.parent].pk,
                role=said.role,
                text=said.text,
                reasoning=said.reasoning,
                weight=said.weight,
                name=said.name,
                created=said.created,
            )
            if said.copy_of is not None:
                message.copy_of_id = sources.get(said.copy_of) or sources.get(
                    renewed.get(said.copy_of, said.copy_of)
                )
            sources[said.key] = message.pk
            mine.append(message)
            replies += [
                Reply(conversation_id=conversation.pk, message_id=message.pk, log_kept=False, **run)
                for run in said.replies
            ]
        messages += mine
        for told in chat.summaries:
            upto = mine[told["upto"]]
            columns = {name: value for name, value in told.items() if name != "upto"}
            summaries.append(Summary(conversation_id=conversation.pk, upto_id=upto.pk, **columns))
        conversation.leaf_id = None if chat.leaf is None else mine[chat.leaf].pk
    for model, found in ((Reply, replies), (Summary, summaries)):
        for row, pk in zip(found, rows.reserve(model, len(found)), strict=True):  # type: ignore[arg-type]
            row.pk = pk
    return messages, replies, summaries
