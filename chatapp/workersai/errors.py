"""Everything that can go wrong between us and the model.

    WorkersAIError
    │                      again by itself?   what happened
    ├── Authentication     no                 token, account or plan do not allow it
    ├── BadRequest         no                 the upstream refused the body; `field` names the parameter
    ├── NoSuchModel        no                 no such model, account or route
    ├── ContextOverflow    no                 messages + max_tokens do not fit into the window
    ├── RateLimited        yes                too many requests in this minute
    ├── Busy               yes                no capacity just now
    ├── DailyQuota         no                 the free allocation is used up until 00:00 UTC
    ├── Timeout            yes                nothing came for too long
    ├── Interrupted        no                 the answer broke off; what came before it stands
    ├── Unavailable        yes                not reachable, 5xx, or the circuit is open
    └── Protocol           no                 an answer that cannot be understood

"Again by itself" holds only while no token has arrived: after that nothing is repeated silently.
Nothing outside this family leaves the room, but for cancellation and our own bugs.
"""

from .words import translatable


class WorkersAIError(Exception):
    """code        short and stable, for storage and metrics
    sentence    for people: what happened and what to do
    detail      for logs: technical, without secrets
    retryable   True if the same request may succeed in a moment
    field       name of the refused parameter, if it is known
    retry_after seconds the upstream asked us to wait, if it did
    """

    code = "error"
    retryable = False
    plain = translatable("Something went wrong between us and the model. Try again.")

    def __init__(
        self,
        detail: str = "",
        *,
        sentence: str = "",
        field: str | None = None,
        retry_after: float | None = None,
        api_code: int | str | None = None,
    ) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.sentence = sentence or self.plain
        self.field = field
        self.retry_after = retry_after
        self.api_code = api_code


class Authentication(WorkersAIError):
    code = "authentication"
    plain = translatable(
        "The model's service did not accept the key. An administrator has to check the account id "
        "and the token (it needs the permission “Workers AI”)."
    )


class BadRequest(WorkersAIError):
    code = "bad_request"
    plain = translatable("The model's service refused the request. Check this chat's settings and try again.")


class NoSuchModel(WorkersAIError):
    code = "no_such_model"
    plain = translatable(
        "The model was not found at the configured address. An administrator has to check the model's "
        "name, the account id and the API address."
    )


class ContextOverflow(WorkersAIError):
    code = "context_overflow"
    plain = translatable(
        "This conversation is too long for the model. Leave out earlier messages, lower the maximum "
        "answer length, or start a new chat."
    )


class RateLimited(WorkersAIError):
    code = "rate_limited"
    retryable = True
    plain = translatable("Too many questions were asked in this minute. Wait a minute and try again.")


class Busy(WorkersAIError):
    code = "busy"
    retryable = True
    plain = translatable("The model has no free capacity at the moment. Try again in a moment.")


class DailyQuota(WorkersAIError):
    code = "daily_quota"
    plain = translatable(
        "Today's free allowance of the model is used up. It starts anew at 00:00 UTC; an administrator "
        "can move the account to a paid plan to go on now."
    )


class Timeout(WorkersAIError):
    code = "timeout"
    retryable = True
    plain = translatable("The model took too long and we stopped waiting. Try again; a shorter question may help.")


class Interrupted(WorkersAIError):
    code = "interrupted"
    plain = translatable(
        "The answer broke off before it was finished. What arrived is kept; continue it or try again."
    )


class Unavailable(WorkersAIError):
    code = "unavailable"
    retryable = True
    plain = translatable("The model's service cannot be reached at the moment. Try again in a minute.")


class Protocol(WorkersAIError):
    code = "protocol"
    plain = translatable(
        "The model's service sent an answer that could not be understood. Try again; if it happens "
        "every time, an administrator has to check the API address and the request form."
    )
