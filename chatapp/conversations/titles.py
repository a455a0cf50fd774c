"""A conversation's title: the question's first words at once, the model's words after the first answer."""

from chatapp.workersai.client import Client
from chatapp.workersai.errors import WorkersAIError

from .models import Conversation, Message, Reply

LONGEST = 60
INSTRUCTION = (
    "Write a title for this conversation: at most six words, in the language of the question, "
    "no quotes, no full stop. Answer with the title alone."
)


def first_words(text: str) -> str:
    """The first words of a question, at most LONGEST characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line or "New chat"
    return (line[: LONGEST - 1].rsplit(" ", 1)[0] or line[: LONGEST - 1]) + "…"


def material(reply_id: int) -> tuple[str, str] | None:
    """Question and answer, if this reply was the first answer of a conversation without a title of its own.

    The first that has any words, that is: a title that failed is not asked for again.
    """
    reply = Reply.objects.select_related("conversation", "message__parent").get(pk=reply_id)
    conversation, answer = reply.conversation, reply.message
    if conversation.title_by != Conversation.TitleBy.WORDS or conversation.deleted_at or not answer.text.strip():
        return None
    if answer.parent is None or answer.parent.parent_id is not None:
        return None
    answers = Message.objects.filter(conversation=conversation, role=Message.Role.ASSISTANT).exclude(text="")
    if answers.count() > 1 or reply.way == Reply.Way.CONTINUE:
        return None
    return answer.parent.text[:4000], answer.text[:2000]


async def suggest(client: Client, question: str, answer: str) -> str | None:
    """The model's title, or None: a title is never worth an error."""
    try:
        completion = await client.complete(
            [
                {"role": "system", "content": INSTRUCTION},
                {"role": "user", "content": f"{question}\n\nThe answer began:\n{answer}"},
            ],
            {"max_tokens": 400, "reasoning": {"effort": "low"}},
        )
    except WorkersAIError:
        return None
    return clean(completion.text)


def clean(text: str) -> str | None:
    """A model's title made presentable; None if it is none."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    line = line.strip("*#\"'“”„»« ").removeprefix("Title:").strip("*\"'“” .")
    if not line or len(line) > 120:
        return None
    return first_words(line)


def keep(conversation_id: int, title: str) -> bool:
    """Store the model's title unless a person has named the conversation meanwhile."""
    return bool(
        Conversation.objects.filter(pk=conversation_id, title_by=Conversation.TitleBy.WORDS).update(
            title=title, title_by=Conversation.TitleBy.MODEL
        )
    )
